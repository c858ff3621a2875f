import type { Redis as IORedis5 } from 'ioredis-5';
import type { RedisClient } from '../../src/across/redis/redis-client.js';
import type { RedisConnection } from '../../src/across/redis/redis-connection.js';

/** A client of one kind, which is connecting. */
export interface OpenClient {
  readonly client: RedisClient | RedisConnection;
  /** Resolves when it has connected, or failed to. */
  readonly connected: Promise<unknown>;
  /** Closes it, so that nothing of it is left. */
  close(): void;
}

/** Each kind of client that is supported, by what opens one; a package is loaded when it is needed, since processes of specs are many. */
export const redisClients: Readonly<Record<string, (url: string) => Promise<OpenClient>>> = {
  'redis 6': async (url) => nodeRedis((await import('redis')).createClient({ url })),
  'redis 6 with RESP2': async (url) => nodeRedis((await import('redis')).createClient({ url, RESP: 2 })),
  'redis 5': async (url) => nodeRedis((await import('redis-5')).createClient({ url })),
  'redis 5 with RESP3': async (url) => nodeRedis((await import('redis-5')).createClient({ url, RESP: 3 })),
  'ioredis 6': async (url) => ioredis(new (await import('ioredis')).Redis(url)),
  'ioredis 6 with RESP2': async (url) => ioredis(new (await import('ioredis')).Redis(url, { protocol: 2 })),
  'ioredis 5': async (url) => ioredis(new (await import('ioredis-5')).Redis(url)),
  iovalkey: async (url) => ioredis(new (await import('iovalkey')).Redis(url)),
  'a RedisConnection': async (url) => {
    const { Redis } = await import('ioredis-5');
    return custom(new Redis(url), new Redis(url, { enableReadyCheck: false }));
  },
};

/** Each kind of client for a cluster, by what opens one. */
export const redisClusterClients: Readonly<Record<string, (ports: readonly number[]) => Promise<OpenClient>>> = {
  'redis 6': async (ports) => nodeRedis((await import('redis')).createCluster({ rootNodes: ports.map(urlOf) })),
  'redis 5': async (ports) => nodeRedis((await import('redis-5')).createCluster({ rootNodes: ports.map(urlOf) })),
  'ioredis 6': async (ports) => ioredis(new (await import('ioredis')).Cluster(ports.map(nodeOf))),
  'ioredis 5': async (ports) => ioredis(new (await import('ioredis-5')).Cluster(ports.map(nodeOf))),
  iovalkey: async (ports) => ioredis(new (await import('iovalkey')).Cluster(ports.map(nodeOf))),
  'a RedisConnection with sharded Pub/Sub': async (ports) => {
    const cluster = (await import('redis')).createCluster({ rootNodes: ports.map(urlOf) });
    return { ...nodeRedis(cluster), client: sharded(cluster) };
  },
};

/** Each kind of client for a server that a Sentinel watches by the name `primary`. */
export const redisSentinelClients: Readonly<Record<string, (port: number) => Promise<OpenClient>>> = {
  'redis 6': async (port) =>
    nodeRedis((await import('redis')).createSentinel({ name: 'primary', sentinelRootNodes: [nodeOf(port)] })),
  'redis 5': async (port) =>
    nodeRedis((await import('redis-5')).createSentinel({ name: 'primary', sentinelRootNodes: [nodeOf(port)] })),
  'ioredis 6': async (port) =>
    ioredis(new (await import('ioredis')).Redis({ name: 'primary', sentinels: [nodeOf(port)] })),
  'ioredis 5': async (port) =>
    ioredis(new (await import('ioredis-5')).Redis({ name: 'primary', sentinels: [nodeOf(port)] })),
  iovalkey: async (port) =>
    ioredis(new (await import('iovalkey')).Redis({ name: 'primary', sentinels: [nodeOf(port)] })),
};

/** As `docs/scaling.md` shows it. */
function sharded(cluster: {
  sendCommand(key: string, isReadonly: boolean, args: string[]): Promise<unknown>;
  sSubscribe(channel: string, listener: (message: string) => void): Promise<void>;
  sUnsubscribe(channel: string, listener: (message: string) => void): Promise<void>;
}): RedisConnection {
  return {
    command: (key, args) =>
      cluster.sendCommand(
        key,
        false,
        args.map((word, i) => (i === 0 && word === 'PUBLISH' ? 'SPUBLISH' : word)),
      ),
    subscribe: async (channel, listener) => {
      await cluster.sSubscribe(channel, listener);
      return () => cluster.sUnsubscribe(channel, listener);
    },
  };
}

function urlOf(port: number): { url: string } {
  return { url: `redis://127.0.0.1:${port}` };
}

function nodeOf(port: number): { host: string; port: number } {
  return { host: '127.0.0.1', port };
}

function nodeRedis(
  client: RedisClient & {
    on(event: 'error', listener: () => void): unknown;
    connect(): Promise<unknown>;
    destroy(): unknown;
    readonly isOpen: boolean;
  },
): OpenClient {
  client.on('error', () => undefined);
  const connected = client.connect().catch(() => undefined);
  return {
    client,
    connected,
    close: () => {
      if (client.isOpen) {
        void client.destroy();
      }
    },
  };
}

function ioredis(
  client: RedisClient & { on(event: 'error', listener: () => void): unknown; disconnect(): void },
): OpenClient {
  client.on('error', () => undefined);
  return { client, connected: Promise.resolve(), close: () => client.disconnect() };
}

function custom(commands: IORedis5, subscriber: IORedis5): OpenClient {
  commands.on('error', () => undefined);
  subscriber.on('error', () => undefined);
  const client: RedisConnection = {
    command: (_key, [name = '', ...args]) => commands.call(name, ...args),
    subscribe: async (channel, listener) => {
      const receive = (from: string, message: string) => {
        if (from === channel) {
          listener(message);
        }
      };
      subscriber.on('message', receive);
      await subscriber.subscribe(channel);
      return async () => {
        subscriber.off('message', receive);
        await subscriber.unsubscribe(channel);
      };
    },
  };
  return {
    client,
    connected: Promise.resolve(),
    close: () => {
      commands.disconnect();
      subscriber.disconnect();
    },
  };
}
