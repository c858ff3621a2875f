import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Medium } from './medium.js';

interface Redis {
  readonly url: string;
  stop(): Promise<unknown>;
}

/** What this machine has for gateways to share by, in a sentence too, and what ends it. */
export async function findMedium(): Promise<{ medium: Medium; about: string; stop: () => Promise<unknown> }> {
  const redis = await startRedis();
  if (redis !== undefined) {
    const about = `processes that share their flights by a Redis at ${redis.url}`;
    return { medium: { kind: 'redis', url: redis.url }, about, stop: () => redis.stop() };
  }
  const stop = () => Promise.resolve();
  // Node 20 has no navigator.
  if ((globalThis as { navigator?: { locks?: unknown } }).navigator?.locks !== undefined) {
    const about =
      'threads that share their flights, since no redis-server was found: install one, or name it in REDIS_SERVER';
    return { medium: { kind: 'threads' }, about, stop };
  }
  const about =
    'processes that share with nobody: no redis-server was found (install one, or name it in REDIS_SERVER), and threads share from Node 24.5 on';
  return { medium: { kind: 'none' }, about, stop };
}

async function startRedis(): Promise<Redis | undefined> {
  // As the specs find theirs: $REDIS_SERVER, the PATH, or one of Debian's packages. npm runs this in the project's root.
  const script = (name: string): Promise<unknown> => import(pathToFileURL(resolve(`scripts/${name}.js`)).href);
  const { findRedis } = (await script('find-redis')) as {
    findRedis: (onDownload: () => void) => Promise<string | undefined>;
  };
  const binary = await findRedis(() => console.log("Looking for a redis-server in Debian's packages ..."));
  const { startRedis } = (await script('redis-server')) as { startRedis: (binary: string) => Promise<Redis> };
  return binary === undefined ? undefined : startRedis(binary);
}
