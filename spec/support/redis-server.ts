import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Ends it at once, as a crash would. */
  stop(): Promise<void>;
  /** Starts it again, empty. */
  start(args?: readonly string[]): Promise<void>;
}

export interface RedisCluster {
  readonly servers: readonly RedisServer[];
  stop(): Promise<unknown>;
}

export interface RedisSentinel {
  readonly port: number;
  stop(): Promise<unknown>;
}

interface Finding {
  readonly findRedis: (onDownload?: () => void) => Promise<string | undefined>;
  readonly remedy: string;
}

interface Servers {
  readonly startRedis: (binary: string, options?: { args?: readonly string[] }) => Promise<RedisServer>;
  readonly startRedisSentinel: (binary: string, server: RedisServer) => Promise<RedisSentinel>;
  readonly startRedisCluster: (binary: string) => Promise<RedisCluster>;
}

interface Commands {
  readonly redisCommand: (port: number, ...words: readonly string[]) => Promise<unknown>;
}

// Code that is compiled into build/ finds scripts/ from the working directory.
const script = (name: string): Promise<unknown> => import(pathToFileURL(resolve(`scripts/${name}.js`)).href);
const { findRedis, remedy } = (await script('find-redis')) as Finding;
const { startRedis, startRedisCluster, startRedisSentinel } = (await script('redis-server')) as Servers;
const { redisCommand } = (await script('redis-command')) as Commands;

/** Asks a server by a connection of its own. */
export class RedisInspector {
  readonly #server: { readonly port: number };

  constructor(server: { readonly port: number }) {
    this.#server = server;
  }

  command(...words: readonly string[]): Promise<unknown> {
    return redisCommand(this.#server.port, ...words);
  }

  async keys(): Promise<string[]> {
    return (await this.command('KEYS', '*')) as string[];
  }

  /** The channels that have a subscriber. */
  async channels(): Promise<string[]> {
    return (await this.command('PUBSUB', 'CHANNELS')) as string[];
  }

  /** A line for each connection but this one. */
  async clients(): Promise<string[]> {
    const lines = String(await this.command('CLIENT', 'LIST'))
      .trim()
      .split('\n');
    return lines.filter((line) => !line.includes('cmd=client|list'));
  }

  /** How often each command has been called since `CONFIG RESETSTAT`. */
  async commandCounts(): Promise<Record<string, number>> {
    const lines = String(await this.command('INFO', 'commandstats')).matchAll(/cmdstat_([^:]+):calls=(\d+)/g);
    return Object.fromEntries(Array.from(lines, ([, name = '', calls]) => [name, Number(calls)] as const));
  }
}

const binary = await findRedis();
if (binary === undefined) {
  console.warn(`Specs that need a Redis server are skipped: ${remedy}.`);
}

/** Describes specs that need a Redis server, which is started for them; if none is found, the specs are skipped. */
export function describeWithRedis(
  title: string,
  define: (redis: RedisServer) => void,
  args: readonly string[] = [],
): void {
  describeWith(title, (path) => startRedis(path, { args }), define);
}

/** The same with a cluster of three servers. */
export function describeWithRedisCluster(title: string, define: (cluster: RedisCluster) => void): void {
  describeWith(title, startRedisCluster, define);
}

/** The same with a server that a Sentinel watches by the name `primary`. */
export function describeWithRedisSentinel(
  title: string,
  define: (sentinel: RedisSentinel & { readonly server: RedisServer }) => void,
): void {
  const start = async (path: string) => {
    const server = await startRedis(path);
    const sentinel = await startRedisSentinel(path, server);
    return { port: sentinel.port, server, stop: () => Promise.all([sentinel.stop(), server.stop()]) };
  };
  describeWith(title, start, define);
}

function describeWith<T extends { stop(): Promise<unknown> }>(
  title: string,
  start: (path: string) => Promise<T>,
  define: (started: T) => void,
): void {
  describe(title, () => {
    // Known when specs run, and named when they are defined.
    const started = {} as T;
    beforeAll(async () => {
      if (binary !== undefined) {
        Object.setPrototypeOf(started, await start(binary));
      }
    });
    beforeEach(() => {
      if (binary === undefined) {
        pending(remedy);
      }
    });
    afterAll(async () => {
      if (binary !== undefined) {
        await started.stop();
      }
    });
    define(started);
  });
}
