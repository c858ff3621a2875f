import { deepStrictEqual as equal } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, createReadStream, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-fs';
import { entries } from '../entries.js';
import { packed } from './packed.js';
import { run } from './run.js';

/** What a CommonJS project may set, from the first to the last TypeScript that knows it, and whether Node runs what comes out. */
const resolutions = [
  { module: 'commonjs', moduleResolution: 'node10', to: 5, runs: true },
  { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0', from: 6, to: 6, runs: true },
  { module: 'node16', moduleResolution: 'node16', runs: true },
  { module: 'nodenext', moduleResolution: 'nodenext', runs: true },
  { module: 'preserve', moduleResolution: 'bundler', runs: false },
  { module: 'commonjs', moduleResolution: 'bundler', from: 6, runs: true },
];

/** Compiles a CommonJS project that uses the packed library, by each resolution that the compiler knows, and runs it. */
export async function resolveTypes(compiler, rxjs, log) {
  const project = await makeProject(`build/matrix/commonjs-${compiler}-${rxjs}`, rxjs);
  const major = parseInt(JSON.parse(readFileSync(`node_modules/${compiler}/package.json`, 'utf8')).version, 10);
  let succeeded = true;
  for (const { from = 0, to = Infinity, runs, ...options } of resolutions) {
    if (major < from || major > to) continue;
    const compilerOptions = {
      ...options,
      target: 'es2022',
      lib: ['es2022', 'dom'],
      types: [],
      strict: true,
      rootDir: '.',
    };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    rmSync(join(project, 'first-use.js'), { force: true });
    const tsc = resolve('node_modules', compiler, 'bin/tsc');
    const compiled = await run({ log }, process.execPath, tsc, '-p', project);
    succeeded &&= compiled;
    if (compiled && runs) {
      const printed = execFileSync(process.execPath, ['first-use.js'], { cwd: project });
      equal(JSON.parse(printed), { users: ['user 1', 'user 1'], runs: 1 });
    }
  }
  return succeeded;
}

async function makeProject(folder, rxjs) {
  const project = resolve(folder);
  rmSync(project, { recursive: true, force: true });
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true }));
  cpSync('spec/package/first-use.ts', join(project, 'first-use.ts'));
  const uses = entries
    // The types of NestJS need those of Node: its users compile them in scripts/consumers/nest-11.
    .filter(({ cjs, path }) => cjs !== undefined && path !== './nest')
    .map(({ name }, i) => `import type * as entry${i} from '${name}';\nexport type Entry${i} = typeof entry${i};\n`);
  writeFileSync(join(project, 'entries.ts'), uses.join(''));
  const unpacked = extract(join(project, 'node_modules/rxjs-coalesce'), { strip: 1 });
  await pipeline(createReadStream(packed()), createGunzip(), unpacked);
  symlinkSync(resolve('node_modules', rxjs), join(project, 'node_modules/rxjs'), 'junction');
  return project;
}
