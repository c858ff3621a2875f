import { ClientConnection, type Emitter } from './client-connection.js';

/** A client of ioredis or iovalkey: for one server, for Sentinel or for a cluster. */
export interface IORedisClient extends Emitter {
  readonly isCluster?: boolean;
  readonly status: string;
  readonly stream?: { unref(): void };
  call(command: string, ...args: string[]): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  duplicate(override: object): IORedisClient;
  connect(): Promise<unknown>;
  disconnect(): void;
}

type Listeners = Map<string, (message: string) => void>;

/** A connection through a client of ioredis or iovalkey. */
export class IORedisConnection extends ClientConnection<IORedisClient> {
  /** By subscriber and channel. A subscriber has only one listener of `message`, because Node warns about many. */
  readonly #listeners = new WeakMap<IORedisClient, Listeners>();

  command(_key: string, [name = '', ...args]: readonly string[]): Promise<unknown> {
    // The client finds the key among the arguments only if the name is in lower case.
    return this.client.call(name.toLowerCase(), ...args);
  }

  protected subscribesItself(): Promise<boolean> {
    // A client of one server, when it reconnects, subscribes again with a promise that nobody handles: a rejection would end the
    // process.
    return Promise.resolve(this.client.isCluster === true);
  }

  protected duplicate(): IORedisClient {
    return this.client.duplicate({
      lazyConnect: true,
      autoResubscribe: false,
      enableOfflineQueue: true,
      // The check would be sent after a subscription, when RESP2 allows no such command.
      enableReadyCheck: false,
    });
  }

  protected connect(duplicate: IORedisClient): Promise<unknown> {
    duplicate.on('connect', () => duplicate.stream?.unref());
    return new Promise((resolve, reject) => {
      duplicate.on('ready', () => {
        for (const channel of this.#listenersOf(duplicate).keys()) {
          duplicate.subscribe(channel).catch(() => undefined);
        }
        resolve(undefined);
      });
      duplicate.on('end', () => {
        reject(new Error('The subscriber has disconnected'));
      });
      // The client retries by itself until it gives up, and then emits `end`.
      duplicate.connect().catch(() => undefined);
    });
  }

  protected close(duplicate: IORedisClient): void {
    duplicate.disconnect();
  }

  protected async listen(
    subscriber: IORedisClient,
    channel: string,
    listener: (message: string) => void,
  ): Promise<() => Promise<unknown>> {
    const listeners = this.#listenersOf(subscriber);
    listeners.set(channel, listener);
    try {
      await subscriber.subscribe(channel);
    } catch (error) {
      listeners.delete(channel);
      throw error;
    }
    return () => {
      listeners.delete(channel);
      return subscriber.unsubscribe(channel);
    };
  }

  #listenersOf(subscriber: IORedisClient): Listeners {
    let listeners = this.#listeners.get(subscriber);
    if (listeners === undefined) {
      const added: Listeners = new Map();
      subscriber.on('message', (channel, message) => added.get(channel)?.(message));
      this.#listeners.set(subscriber, added);
      listeners = added;
    }
    return listeners;
  }
}
