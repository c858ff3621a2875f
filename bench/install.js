import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const changed = (name) => statSync(here(name)).mtimeMs;

/** Installs the peers here, unless they are what the lock file names. */
export function installPeers() {
  const installed = 'node_modules/.package-lock.json';
  if (existsSync(here(installed)) && changed(installed) >= changed('package-lock.json')) return;
  console.log('Installing the peers, in bench/ alone.');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], {
    cwd: here('.'),
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}
