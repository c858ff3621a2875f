/** Packs the library and uses the tarball as a stranger would: in an empty project, under Node. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { deepStrictEqual as equal } from 'node:assert/strict';
import { entries, hasCommonJs } from './entries.js';

const oldest = ['rxjs@7.5.6', 'typescript@5.4.5'];
const project = mkdtempSync(join(tmpdir(), 'rxjs-coalesce-'));
process.once('exit', () => rmSync(project, { recursive: true, force: true }));

const [{ filename, files }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', project]));
const tarball = join(project, filename);

step('holds the library, its sources and no more');
equal(files.map(({ path }) => path).sort(), expectedFiles().sort());

step('publint and attw find nothing wrong');
run('npx', ['--no', 'publint', tarball, '--strict']);
const esmOnly = entries.filter(({ cjs }) => cjs === undefined).map(({ path }) => path);
run('npx', ['--no', 'attw', tarball, '--exclude-entrypoints', ...esmOnly]);
run('npx', ['--no', 'attw', tarball, '--entrypoints', ...esmOnly, '--ignore-rules', 'cjs-resolves-to-esm']);

step('installs in an empty project');
writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module', private: true }));
install(tarball);

step('runs nothing when it is installed, and brings no other package along');
const installed = join(project, 'node_modules/rxjs-coalesce');
const { scripts, dependencies = {}, optionalDependencies = {} } = readJson(join(installed, 'package.json'));
const atInstall = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];
equal(
  atInstall.filter((name) => name in scripts),
  [],
);
equal({ ...dependencies, ...optionalDependencies }, {});

step('has source maps that lead to sources it brings along');
for (const map of filesBelow(join(installed, 'dist')).filter((name) => name.endsWith('.map'))) {
  const path = join(installed, 'dist', map);
  for (const source of readJson(path).sources) {
    equal([source, existsSync(resolve(dirname(path), source))], [source, true]);
  }
}

step('type-checks and works under Node');
cpSync('spec/package/first-use.ts', join(project, 'first-use.mts'));
cpSync('spec/package/first-use.ts', join(project, 'first-use.cts'));
typeCheckAndRun('.');

step(`type-checks and works with ${oldest.join(' and ')}`);
install(...oldest);
typeCheckAndRun(project);

function step(name) {
  console.log(`The package ${name}.`);
}

function install(...packages) {
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages], project);
}

function typeCheckAndRun(compilerFolder) {
  const compiler = resolve(compilerFolder, 'node_modules/typescript/bin/tsc');
  const options = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom'];
  run(process.execPath, [compiler, ...options, 'first-use.mts', 'first-use.cts'], project);
  for (const program of ['first-use.mjs', 'first-use.cjs']) {
    equal(JSON.parse(run(process.execPath, [program], project)), { users: ['user 1', 'user 1'], runs: 1 });
  }
}

function expectedFiles() {
  const modules = filesBelow('src').map((name) => name.replace(/\.ts$/, ''));
  const esm = ['.mjs', '.mjs.map', '.d.mts', '.d.mts.map'];
  const cjs = ['.cjs', '.cjs.map', '.d.cts', '.d.cts.map'];
  return [
    'LICENSE',
    'README.md',
    'package.json',
    ...modules.map((name) => `src/${name}.ts`),
    ...modules.flatMap((name) => {
      const compiled = hasCommonJs(`src/${name}.ts`) ? [...esm, ...cjs] : esm;
      return compiled.map((extension) => `dist/${name}${extension}`);
    }),
  ];
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
}

function run(command, args, cwd = '.') {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch ({ status, stdout, stderr }) {
    console.error(`${command} ${args.join(' ')} failed with ${status}:\n${stdout}${stderr}`);
    process.exit(1);
  }
}
