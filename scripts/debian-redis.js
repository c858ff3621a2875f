import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../node_modules/.cache/', import.meta.url));
const packages = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1'];

/** The libraries that it needs come along. */
const launcher = `#!/bin/sh
here=$(dirname "$0")
for folder in "$here"/usr/lib/*/; do LD_LIBRARY_PATH="$folder\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"; done
export LD_LIBRARY_PATH
exec "$here/usr/bin/redis-server" "$@"
`;

/** The path of a redis-server out of Debian's packages, downloaded and unpacked at the first call; that takes no root. */
export async function debianRedis() {
  const folder = join(cache, `redis-debian-${process.arch}`);
  const binary = join(folder, 'launch');
  if (!existsSync(binary)) await unpack(folder);
  return binary;
}

/** Unpacks beside `folder` and renames at last, so that it is there whole or not at all, whoever else unpacks meanwhile. */
async function unpack(folder) {
  const draft = `${folder}.${process.pid}`;
  try {
    await mkdir(join(draft, 'packages'), { recursive: true });
    await download(join(draft, 'packages'));
    for (const name of await readdir(join(draft, 'packages'))) {
      await run('dpkg-deb', ['-x', join(draft, 'packages', name), draft]);
    }
    await rm(join(draft, 'packages'), { recursive: true });
    await writeFile(join(draft, 'launch'), launcher, { mode: 0o755 });
    await run(join(draft, 'launch'), ['--version']);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(join(folder, 'launch'))) throw error;
  }
}

async function download(folder) {
  try {
    await run('apt-get', ['download', ...packages], { cwd: folder });
  } catch {
    // The system has no lists of packages, or old ones: a state of our own needs no root.
    const state = join(folder, '../apt');
    await mkdir(join(state, 'lists/partial'), { recursive: true });
    const own = ['-o', `Dir::State::lists=${state}/lists`, '-o', `Dir::Cache=${state}`, '-o', 'Debug::NoLocking=1'];
    await run('apt-get', [...own, 'update']);
    await run('apt-get', [...own, 'download', ...packages], { cwd: folder });
    await rm(state, { recursive: true });
  }
}
