/**
 * A connection to Redis, for any client that is not a {@link RedisClient}: a wrapper, or a client with another protocol.
 *
 * A promise may reject, or stay pending for any time: each has a deadline, and a key that is granted after its deadline is given back.
 *
 * @see {@link RedisClient} for the clients that can be passed as they are
 */
export interface RedisConnection {
  /**
   * Sends one command.
   *
   * @param key - the only key or channel of the command, by which a cluster finds the node
   * @param args - the name of the command and all its arguments, including the key
   * @returns the reply: a string, a number or null
   */
  command(key: string, args: readonly string[]): Promise<unknown>;

  /**
   * Subscribes to one channel.
   *
   * @param channel - the channel
   * @param listener - to call with each message; it does not throw
   * @returns a promise that resolves when the channel is subscribed, with a function that unsubscribes
   */
  subscribe(channel: string, listener: (message: string) => void): Promise<() => Promise<void>>;
}
