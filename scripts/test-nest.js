/** Compiles the NestJS specs against each version of NestJS in scripts/nest/, or those that are named, and runs them with it. */
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const named = process.argv.slice(2);

for (const version of named.length > 0 ? named : readdirSync('scripts/nest')) {
  const folder = resolve('scripts/nest', version);
  if (!isInstalled(folder)) {
    run('npm', 'ci', '--prefix', folder, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error');
  }
  const { version: exactly } = readJson(`${folder}/node_modules/@nestjs/core/package.json`);
  console.log(`NestJS ${exactly} under Node ${process.versions.node}:`);

  // The compiler and Node look for packages in the folders above a file, so the sources are copied to where they find these.
  const root = `build/nest-${version}`;
  rmSync(root, { recursive: true, force: true });
  cpSync('src', `${root}/src`, { recursive: true });
  cpSync('spec', `${root}/spec`, { recursive: true });
  symlinkSync(`${folder}/node_modules`, `${root}/node_modules`, 'junction');
  const project = {
    extends: './spec/nest/tsconfig.json',
    compilerOptions: { noEmit: false, rootDir: '.', outDir: '.' },
    include: ['spec/nest'],
  };
  cpSync('tsconfig.json', `${root}/tsconfig.json`);
  writeFileSync(`${root}/tsconfig.nest.json`, JSON.stringify(project));
  run(process.execPath, 'node_modules/typescript/bin/tsc', '-p', `${root}/tsconfig.nest.json`);
  const files = readdirSync('spec/nest')
    .filter((name) => name.endsWith('.spec.ts'))
    .map((name) => `spec/nest/${name}`);
  run(process.execPath, '--expose-gc', '--enable-source-maps', 'scripts/test-node.js', `--root=${root}`, ...files);
}

/** npm writes down last of all what it has installed. */
function isInstalled(folder) {
  const written = statSync(`${folder}/node_modules/.package-lock.json`, { throwIfNoEntry: false });
  return written !== undefined && written.mtimeMs > statSync(`${folder}/package-lock.json`).mtimeMs;
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
