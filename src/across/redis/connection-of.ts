import { unexpected } from '../../config/unexpected.js';
import type { Connection } from './connection.js';
import { CustomConnection } from './custom-connection.js';
import { IORedisConnection, type IORedisClient } from './ioredis-connection.js';
import { NodeRedisConnection, type NodeRedisClient } from './node-redis-connection.js';
import type { RedisClient } from './redis-client.js';
import type { RedisConnection } from './redis-connection.js';

const connections = /* @__PURE__ */ new WeakMap<object, Connection>();

/** The connection through a client: always the same one for the same client. */
export function connectionOf(where: string, client: RedisClient | RedisConnection): Connection {
  const can = (name: string) => typeof (client as unknown as Record<string, unknown> | null)?.[name] === 'function';
  let connection = connections.get(client);
  if (connection === undefined) {
    // The order matters: clients have a method `command`, too, for the Redis command COMMAND; and ioredis has a different `sendCommand`.
    const ConnectionOf =
      can('call') && can('duplicate')
        ? IORedisConnection
        : can('sendCommand')
          ? NodeRedisConnection
          : can('command') && CustomConnection;
    if (ConnectionOf === false || !can('subscribe')) {
      throw unexpected(where, 'client', 'a client of redis, ioredis or iovalkey, or a RedisConnection', client);
    }
    connection = new ConnectionOf(client as IORedisClient & NodeRedisClient & RedisConnection);
    connections.set(client, connection);
  }
  return connection;
}
