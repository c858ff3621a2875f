/**
 * A client of node-redis 5 or 6, ioredis 5 or 6, or iovalkey, for one server, for Sentinel or for a cluster, with the type that its package
 * gives it.
 *
 * Clients are recognised by their methods; none of these packages is imported. A client may speak RESP2 or RESP3, and need not be
 * connected yet. It is never closed, and its `error` events are left to you. If a client cannot subscribe and send commands on one
 * connection, a duplicate of it subscribes.
 *
 * @see {@link RedisConnection} for any other client
 */
export type RedisClient =
  | {
      /** Of node-redis: sends a command. */
      sendCommand(args: string[]): Promise<unknown>;
      /** Makes a client with the same options. */
      duplicate(): unknown;
      readonly isReady: boolean;
    }
  | {
      /** Of node-redis for a cluster: sends a command to the node of a key. */
      sendCommand(firstKey: string, isReadonly: boolean, args: string[]): Promise<unknown>;
      readonly masters: readonly unknown[];
    }
  | {
      /** Of node-redis for Sentinel: sends a command to the master. */
      sendCommand(isReadonly: boolean, args: string[]): Promise<unknown>;
      /** Returns the Sentinel that it asks. */
      getSentinelNode(): unknown;
    }
  | {
      /** Of ioredis and iovalkey: sends a command. */
      call(command: string, ...args: string[]): Promise<unknown>;
      /** Makes a client with the same options. */
      duplicate(): unknown;
      readonly status: string;
    };
