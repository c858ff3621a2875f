/**
 * Compiles the uses in spec/types/ as a user's project would, against the built declarations: by the oldest compiler that is
 * supported and by those after it, with the types of the oldest rxjs and of the newest, and with declarations emitted.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const compilers = ['typescript-5.4', 'typescript-5.9', 'typescript', 'typescript-7.0'];
const strictness = {
  rxjs: { exactOptionalPropertyTypes: true },
  'rxjs-oldest': { exactOptionalPropertyTypes: false },
};

let failed = false;
for (const [rxjs, options] of Object.entries(strictness)) {
  const project = makeProject(rxjs, options);
  for (const compiler of compilers) {
    for (const config of ['tsconfig.json', 'legacy/tsconfig.json']) {
      const tsc = resolve('node_modules', compiler, 'bin/tsc');
      const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', join(project, config)], { encoding: 'utf8' });
      console.log(`${status === 0 ? 'passed' : 'FAILED'}: ${compiler}, ${rxjs}, ${config}`);
      if (status !== 0) {
        failed = true;
        console.log(stdout);
      }
    }
  }
}
process.exitCode = failed ? 1 : 0;

/** A folder with the uses, the built package and that rxjs, resolved as an installed package is. */
function makeProject(rxjs, options) {
  const project = resolve('build/types', rxjs);
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
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: '.',
    outDir: 'declarations',
    ...options,
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
