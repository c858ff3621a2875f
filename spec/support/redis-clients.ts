import * as ioredis6 from 'ioredis';
import * as ioredis5 from 'ioredis-5';
import * as iovalkey from 'iovalkey';
import * as redis6 from 'redis';
import * as redis5 from 'redis-5';
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

/** Each kind of client that is supported, by what opens one. */
export const redisClients: Readonly<Record<string, (url: string) => OpenClient>> = {
  'redis 6': (url) => nodeRedis(redis6.createClient({ url })),
  'redis 6 with RESP2': (url) => nodeRedis(redis6.createClient({ url, RESP: 2 })),
  'redis 5': (url) => nodeRedis(redis5.createClient({ url })),
  'redis 5 with RESP3': (url) => nodeRedis(redis5.createClient({ url, RESP: 3 })),
  'ioredis 6': (url) => ioredis(new ioredis6.Redis(url)),
  'ioredis 6 with RESP2': (url) => ioredis(new ioredis6.Redis(url, { protocol: 2 })),
  'ioredis 5': (url) => ioredis(new ioredis5.Redis(url)),
  iovalkey: (url) => ioredis(new iovalkey.Redis(url)),
  'a RedisConnection': (url) => custom(new ioredis5.Redis(url), new ioredis5.Redis(url, { enableReadyCheck: false })),
};

/** Each kind of client for a cluster, by what opens one. */
export const redisClusterClients: Readonly<Record<string, (ports: readonly number[]) => OpenClient>> = {
  'redis 6': (ports) => nodeRedis(redis6.createCluster({ rootNodes: ports.map(nodeOf) })),
  'redis 5': (ports) => nodeRedis(redis5.createCluster({ rootNodes: ports.map(nodeOf) })),
  'ioredis 6': (ports) => ioredis(new ioredis6.Cluster(ports.map((port) => ({ host: '127.0.0.1', port })))),
  'ioredis 5': (ports) => ioredis(new ioredis5.Cluster(ports.map((port) => ({ host: '127.0.0.1', port })))),
  iovalkey: (ports) => ioredis(new iovalkey.Cluster(ports.map((port) => ({ host: '127.0.0.1', port })))),
};

function nodeOf(port: number): { url: string } {
  return { url: `redis://127.0.0.1:${port}` };
}

function nodeRedis(
  client: RedisClient & {
    on(event: 'error', listener: () => void): unknown;
    connect(): Promise<unknown>;
    destroy(): void;
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
        client.destroy();
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

function custom(commands: ioredis5.Redis, subscriber: ioredis5.Redis): OpenClient {
  commands.on('error', () => undefined);
  subscriber.on('error', () => undefined);
  const client: RedisConnection = {
    command: (_key, [name = '', ...args]) => commands.call(name, ...args),
    subscribe: async (channel, listener) => {
      const hear = (from: string, message: string) => {
        if (from === channel) {
          listener(message);
        }
      };
      subscriber.on('message', hear);
      await subscriber.subscribe(channel);
      return async () => {
        subscriber.off('message', hear);
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
