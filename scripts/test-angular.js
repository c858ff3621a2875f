/**
 * Compiles the Angular specs against each other version of Angular in scripts/angular/, and runs them with it in Node and in
 * browsers. Names of versions (20) run those only.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const specs = readdirSync('spec/angular').filter((name) => !name.endsWith('.browser.spec.ts'));

const [, , ...wanted] = process.argv;

for (const version of wanted.length > 0 ? wanted : readdirSync('scripts/angular')) {
  const folder = resolve('scripts/angular', version);
  run('npm', 'ci', '--prefix', folder, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error');
  const { engines, version: exactly } = readJson(`${folder}/node_modules/@angular/core/package.json`);
  console.log(`Angular ${exactly}, which is for Node ${engines.node}, under Node ${process.versions.node}:`);

  // The compiler and Node look for packages in the folders above a file, so the sources are copied next to these.
  const root = `build/angular-${version}`;
  rmSync(root, { recursive: true, force: true });
  cpSync('src', `${root}/src`, { recursive: true });
  cpSync('spec', `${root}/spec`, { recursive: true });
  symlinkSync(`${folder}/node_modules`, `${root}/node_modules`, 'junction');
  const project = {
    extends: '../../tsconfig.json',
    compilerOptions: { rootDir: '.', outDir: '.' },
    include: ['src/angular', 'spec/angular', 'spec/support/angular*'],
  };
  writeFileSync(`${root}/tsconfig.json`, JSON.stringify(project));
  run(process.execPath, 'node_modules/typescript/bin/tsc', '-p', root);
  const files = specs.map((name) => `spec/angular/${name}`);
  run(process.execPath, '--expose-gc', '--enable-source-maps', 'scripts/test-node.js', `--root=${root}`, ...files);
  run(process.execPath, 'node_modules/karma/bin/karma', 'start', `--angular=${version}`);
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function run(command, ...args) {
  try {
    execFileSync(command, args, { stdio: 'inherit' });
  } catch {
    process.exitCode = 1;
  }
}
