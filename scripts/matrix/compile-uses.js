import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from './run.js';

/**
 * Compiles the uses in spec/types/ as a user's project would, against the built declarations: by that compiler, with the types
 * of that rxjs, under that decorator protocol, and with declarations emitted.
 */
export function compileUses(compiler, protocol, rxjs, log) {
  const project = makeProject(`build/matrix/types-${compiler}-${protocol}-${rxjs}`, rxjs);
  const tsc = resolve('node_modules', compiler, 'bin/tsc');
  return run(
    { log },
    process.execPath,
    tsc,
    '-p',
    join(project, { standard: 'tsconfig.json', legacy: 'legacy/tsconfig.json' }[protocol]),
  );
}

/** A folder with the uses, the built package and that rxjs, resolved as an installed package is. */
function makeProject(folder, rxjs) {
  const project = resolve(folder);
  rmSync(project, { recursive: true, force: true });
  cpSync('spec/types', project, { recursive: true });
  const installed = join(project, 'node_modules');
  mkdirSync(installed);
  cpSync('package.json', join(installed, 'rxjs-coalesce/package.json'));
  cpSync('dist', join(installed, 'rxjs-coalesce/dist'), { recursive: true });
  symlinkSync(resolve('node_modules', rxjs), join(installed, 'rxjs'), 'junction');
  symlinkSync(resolve('node_modules/expect-type'), join(installed, 'expect-type'), 'junction');

  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    types: [],
    module: 'NodeNext',
    strict: true,
    noUncheckedIndexedAccess: true,
    // A project may have set it or not: one of the two has.
    exactOptionalPropertyTypes: rxjs === 'rxjs',
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: '.',
    outDir: 'declarations',
  };
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, exclude: ['legacy', 'declarations', 'node_modules'] }),
  );
  writeFileSync(
    join(project, 'legacy/tsconfig.json'),
    JSON.stringify({
      extends: '../tsconfig.json',
      compilerOptions: { experimentalDecorators: true, rootDir: '..' },
      include: ['.'],
      exclude: [],
    }),
  );
  return project;
}
