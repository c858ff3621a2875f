import type { Connection, Subscription } from './connection.js';

/** What both kinds of clients have in common: they emit events. */
export interface Emitter {
  on(event: string, listener: (...args: string[]) => void): unknown;
}

/** A duplicate of the client, which is used only to subscribe. */
interface Duplicate<C> {
  readonly client: C;
  readonly connected: Promise<unknown>;
  channels: number;
}

/**
 * A connection through a client that the user has passed in. That client is never closed.
 *
 * If it cannot subscribe and send commands on one connection, a duplicate of it subscribes. The duplicate is opened for the first channel
 * and closed after the last one.
 */
export abstract class ClientConnection<C extends Emitter> implements Connection {
  protected readonly client: C;
  #duplicate: Duplicate<C> | undefined;

  constructor(client: C) {
    this.client = client;
  }

  abstract command(key: string, args: readonly string[]): Promise<unknown>;

  /** Whether the client can subscribe while it sends commands. */
  protected abstract subscribesItself(): Promise<boolean>;
  protected abstract duplicate(): C;
  /** Connects a duplicate in such a way that it does not keep the process alive. */
  protected abstract connect(duplicate: C): Promise<unknown>;
  protected abstract close(duplicate: C): void;
  protected abstract listen(
    subscriber: C,
    channel: string,
    listener: (message: string) => void,
  ): Promise<() => Promise<unknown>>;

  subscribe(channel: string, listener: (message: string) => void): Subscription {
    let ended = false;
    let duplicate: Duplicate<C> | undefined;
    let unsubscribe: (() => Promise<unknown>) | undefined;
    const begin = async () => {
      const subscribesItself = await this.subscribesItself();
      if (!ended && !subscribesItself) {
        duplicate = this.#open();
        await duplicate.connected;
      }
      if (!ended) {
        unsubscribe = await this.listen(duplicate?.client ?? this.client, channel, listener);
        // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it may have ended meanwhile
        if (ended) {
          await unsubscribe();
        }
      }
    };
    const end = async () => {
      if (!ended) {
        ended = true;
        if (duplicate === undefined || !this.#leave(duplicate)) {
          await unsubscribe?.();
        }
      }
    };
    return { ready: begin(), end };
  }

  #open(): Duplicate<C> {
    if (this.#duplicate === undefined) {
      const client = this.duplicate();
      // Without a listener, an error would end the process. Failures need no handling here: all requests have deadlines.
      client.on('error', () => undefined);
      const duplicate = { client, connected: this.connect(client), channels: 0 };
      const forget = () => {
        if (this.#duplicate === duplicate) {
          this.#duplicate = undefined;
        }
      };
      client.on('end', forget);
      duplicate.connected.catch(forget);
      this.#duplicate = duplicate;
    }
    this.#duplicate.channels++;
    return this.#duplicate;
  }

  /** Returns whether this was the last channel of the duplicate, which then is closed. */
  #leave(duplicate: Duplicate<C>): boolean {
    duplicate.channels--;
    if (duplicate.channels > 0) {
      return false;
    }
    if (this.#duplicate === duplicate) {
      this.#duplicate = undefined;
    }
    this.close(duplicate.client);
    return true;
  }
}
