/** A subscription to a channel. */
export interface Subscription {
  /** Resolves when messages can arrive, and rejects if the channel cannot be subscribed. */
  readonly ready: Promise<unknown>;
  /** Unsubscribes, even before it is ready. Rejects if the server cannot be reached. */
  end(): Promise<unknown>;
}

/** What `RedisWire` needs of a client. */
export interface Connection {
  /** Sends one command, whose only key or channel is `key`. */
  command(key: string, args: readonly string[]): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Subscription;
}
