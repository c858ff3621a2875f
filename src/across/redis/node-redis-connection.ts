import { ClientConnection, type Emitter } from './client-connection.js';

/** A client of node-redis: for one server, for Sentinel or for a cluster. */
export interface NodeRedisClient extends Emitter {
  readonly isOpen: boolean;
  readonly masters?: unknown;
  readonly getSentinelNode?: unknown;
  sendCommand(...args: unknown[]): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  unsubscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  duplicate(): NodeRedisClient;
  connect(): Promise<unknown>;
  unref(): void;
  destroy(): void;
}

/** A connection through a client of node-redis. */
export class NodeRedisConnection extends ClientConnection<NodeRedisClient> {
  readonly #isCluster = 'masters' in this.client;
  /** Whether the client has connections of its own for subscribing: for a cluster or for Sentinel it has. */
  readonly #hasSubscriber = this.#isCluster || 'getSentinelNode' in this.client;

  command(key: string, args: readonly string[]): Promise<unknown> {
    // `false`: not read-only, so the command never goes to a replica.
    return this.#isCluster
      ? this.client.sendCommand(key, false, args)
      : this.#hasSubscriber
        ? this.client.sendCommand(false, args)
        : this.client.sendCommand(args);
  }

  protected async subscribesItself(): Promise<boolean> {
    if (this.#hasSubscriber) {
      return true;
    }
    try {
      // Ask the server: the default protocol differs between versions of the client, and an old server may have refused RESP3.
      return / resp=3/.test(String(await this.command('', ['CLIENT', 'INFO'])));
    } catch {
      return false;
    }
  }

  protected duplicate(): NodeRedisClient {
    return this.client.duplicate();
  }

  protected connect(duplicate: NodeRedisClient): Promise<unknown> {
    duplicate.unref();
    return duplicate.connect();
  }

  protected close(duplicate: NodeRedisClient): void {
    // `destroy` throws if the client has given up.
    if (duplicate.isOpen) {
      duplicate.destroy();
    }
  }

  protected async listen(
    subscriber: NodeRedisClient,
    channel: string,
    listener: (message: string) => void,
  ): Promise<() => Promise<unknown>> {
    await subscriber.subscribe(channel, listener);
    return () => subscriber.unsubscribe(channel, listener);
  }
}
