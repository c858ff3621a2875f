/** Finds a Redis or Valkey server for specs and examples. Run by itself it prints which, and fails if there is none. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { debianRedis } from './debian-redis.js';
import { onPath } from './on-path.js';

/**
 * The path of a server: `$REDIS_SERVER`, else one on the `PATH`, else one out of Debian's packages; undefined if there is none, unless
 * `$REDIS_SERVER` names what does not exist. `onDownload` is called before anything is downloaded.
 */
export async function findRedis(onDownload = () => {}) {
  const named = process.env.REDIS_SERVER;
  if (named && !existsSync(named)) throw new Error(`REDIS_SERVER names no file: ${named}`);
  const found = named || onPath(['redis-server', 'valkey-server']);
  if (found !== undefined || onPath(['apt-get']) === undefined || onPath(['dpkg-deb']) === undefined) return found;
  onDownload();
  try {
    return await debianRedis();
  } catch {
    return undefined;
  }
}

/** What to do if there is none. */
export const remedy = 'install redis-server (7 or later), or name one in REDIS_SERVER';

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await findRedis();
  if (server === undefined) {
    console.error(`No Redis server found: ${remedy}.`);
    process.exitCode = 1;
  } else {
    console.log(server, execFileSync(server, ['--version'], { encoding: 'utf8' }).trim());
  }
}
