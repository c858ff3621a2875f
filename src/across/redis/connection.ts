/** A channel that is listened to. */
export interface Subscription {
  /** Settles when messages arrive, or cannot. */
  readonly ready: Promise<unknown>;
  /** Ends it, however far it has come; rejects if the server cannot be told. */
  end(): Promise<unknown>;
}

/** A server, as a medium needs it. */
export interface Connection {
  /** Sends one command, which is about one key or channel. */
  command(key: string, args: readonly string[]): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Subscription;
}
