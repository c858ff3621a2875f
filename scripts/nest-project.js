import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * A copy of the package and of what of the repository is named, compiled, with a version of NestJS of scripts/nest/: the compiler
 * and Node look for packages in the folders above a file.
 */
export function nestProject(root, version, folders) {
  const installed = resolve('scripts/nest', version);
  if (!isInstalled(installed)) {
    run('npm', 'ci', '--prefix', installed, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error');
  }
  rmSync(root, { recursive: true, force: true });
  for (const part of ['package.json', 'tsconfig.json', 'dist', 'src', ...folders]) {
    cpSync(part, `${root}/${part}`, { recursive: true });
  }
  symlinkSync(`${installed}/node_modules`, `${root}/node_modules`, 'junction');
  const project = {
    extends: './tsconfig.json',
    compilerOptions: { experimentalDecorators: true, emitDecoratorMetadata: true, outDir: '.' },
    include: folders.filter((folder) => /nest/.test(folder)),
    exclude: [],
  };
  writeFileSync(`${root}/tsconfig.nest.json`, JSON.stringify(project));
  run(process.execPath, 'node_modules/typescript/bin/tsc', '-p', `${root}/tsconfig.nest.json`);
}

/** Whether npm has installed what the lockfile has: it writes down what it has done last of all. */
function isInstalled(folder) {
  const written = statSync(`${folder}/node_modules/.package-lock.json`, { throwIfNoEntry: false });
  return written !== undefined && written.mtimeMs > statSync(`${folder}/package-lock.json`).mtimeMs;
}

/** Runs a program, and lets this one fail if that does. */
export function run(command, ...args) {
  try {
    execFileSync(command, args, { stdio: 'inherit' });
  } catch {
    process.exitCode = 1;
  }
}
