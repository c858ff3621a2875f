import type { Connection, Subscription } from './connection.js';
import type { RedisConnection } from './redis-connection.js';

/** A connection through a {@link RedisConnection} that the user has passed in. */
export class CustomConnection implements Connection {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async command(key: string, args: readonly string[]): Promise<unknown> {
    return this.#connection.command(key, args);
  }

  subscribe(channel: string, listener: (message: string) => void): Subscription {
    let ended = false;
    let unsubscribe: (() => Promise<void>) | undefined;
    const begin = async () => {
      unsubscribe = await this.#connection.subscribe(channel, listener);
      if (ended) {
        await unsubscribe();
      }
    };
    const end = async () => {
      if (!ended) {
        ended = true;
        await unsubscribe?.();
      }
    };
    return { ready: begin(), end };
  }
}
