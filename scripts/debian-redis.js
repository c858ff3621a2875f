import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../node_modules/.cache/', import.meta.url));

/** What a server needs besides what every system has; of another release it needs that release's own. */
const libraries = ['libjemalloc2', 'liblzf1'];
const librariesOfRelease = 'libatomic1 libc6 libcap2 libgcc-s1 libssl3t64 libstdc++6 libsystemd0 libzstd1 zlib1g'.split(
  ' ',
);

/**
 * The path of a server out of Debian's packages, downloaded and unpacked at the first call, which takes no root: `redis` or `valkey`, of the
 * system's own release, or of the one that is named.
 */
export async function debianRedis({ server = 'redis', release } = {}) {
  const folder = join(cache, [server, 'debian', release ?? 'own', process.arch].join('-'));
  const launcher = join(folder, 'launch');
  if (!existsSync(launcher)) await unpack(folder, server, release);
  return launcher;
}

/** Unpacks beside `folder` and renames at last, so that it is there whole or not at all, whoever else unpacks meanwhile. */
async function unpack(folder, server, release) {
  const draft = `${folder}.${process.pid}`;
  const packages = join(draft, 'packages');
  try {
    await mkdir(packages, { recursive: true });
    await download([`${server}-server`, `${server}-tools`, ...libraries], packages, release);
    for (const name of await readdir(packages)) {
      if (name.endsWith('.deb')) await run('dpkg-deb', ['-x', join(packages, name), draft]);
    }
    await rm(packages, { recursive: true });
    await writeFile(join(draft, 'launch'), launcher(`${server}-server`, release !== undefined), { mode: 0o755 });
    await run(join(draft, 'launch'), ['--version']);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(join(folder, 'launch'))) throw error;
  }
}

async function download(packages, folder, release) {
  if (release === undefined) {
    try {
      return await run('apt-get', ['download', ...packages], { cwd: folder });
    } catch {
      // The system has no lists of packages, or old ones.
    }
  }
  // A state of our own, which needs no root.
  await mkdir(join(folder, 'lists/partial'), { recursive: true });
  const options = [`Dir::State::lists=${folder}/lists`, `Dir::Cache=${folder}`, 'Debug::NoLocking=1'];
  if (release !== undefined) {
    await writeFile(join(folder, 'sources.list'), `deb http://deb.debian.org/debian ${release} main\n`);
    options.push(`Dir::Etc::sourcelist=${folder}/sources.list`, 'Dir::Etc::sourceparts=-');
    packages = [...packages, ...librariesOfRelease];
  }
  const apt = (...words) => run('apt-get', [...options.flatMap((option) => ['-o', option]), ...words], { cwd: folder });
  await apt('update');
  await apt('download', ...packages);
}

/** What starts the server with the libraries that came along, and by their own loader if the C library is one of them. */
function launcher(server, hasLoader) {
  return `#!/bin/sh
here=$(dirname "$0")
for folder in "$here"/usr/lib/*-linux-*/; do libraries="$folder\${libraries:+:$libraries}"; done
${
  hasLoader
    ? `for loader in "$here"/usr/lib64/ld-linux-* "$here"/usr/lib/ld-linux-*; do
  [ -e "$loader" ] && exec "$loader" --library-path "$libraries" "$here/usr/bin/${server}" "$@"
done`
    : `LD_LIBRARY_PATH="$libraries\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec "$here/usr/bin/${server}" "$@"`
}
`;
}
