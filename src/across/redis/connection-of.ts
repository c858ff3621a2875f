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
    connection = connect(client, can);
    if (connection === undefined) {
      throw unexpected(where, 'client', 'a client of redis, ioredis or iovalkey, or a RedisConnection', client);
    }
    connections.set(client, connection);
  }
  return connection;
}

function connect(client: object, can: (name: string) => boolean): Connection | undefined {
  // The order matters: clients have a method `command`, too, for the Redis command COMMAND; and ioredis has a different `sendCommand`.
  return !can('subscribe')
    ? undefined
    : can('call') && can('duplicate')
      ? new IORedisConnection(client as IORedisClient)
      : can('sendCommand')
        ? new NodeRedisConnection(client as NodeRedisClient)
        : can('command')
          ? new CustomConnection(client as RedisConnection)
          : undefined;
}
