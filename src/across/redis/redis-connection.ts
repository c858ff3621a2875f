/**
 * What flights need of Redis, for a client that is not known: a wrapper, or one of another protocol.
 *
 * A promise may stay pending, or reject, as long as it likes: each has a deadline, and what comes too late is given back.
 *
 * @see {@link RedisClient} for the clients that are known
 */
export interface RedisConnection {
  /**
   * Sends one command.
   *
   * @param key - the one key or channel that it is about, by which a cluster finds the node
   * @param args - its name and all of its arguments, the key among them
   * @returns the reply: a string, a number or null
   */
  command(key: string, args: readonly string[]): Promise<unknown>;

  /**
   * Subscribes to one channel, from when the promise resolves until what it resolves with has been called.
   *
   * @param channel - the channel
   * @param listener - is to be called with each message; it does not throw
   * @returns what ends the subscription
   */
  subscribe(channel: string, listener: (message: string) => void): Promise<() => Promise<void>>;
}
