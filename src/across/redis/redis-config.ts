import type { AcrossConfig } from '../across-config.js';

/** How flights are shared through Redis. */
export interface RedisConfig extends AcrossConfig {
  /**
   * The beginning of all keys and channels. If it contains a part in braces, a cluster keeps all keys on one node.
   *
   * @defaultValue `rxjs-coalesce`
   */
  prefix?: string | undefined;

  /**
   * For how many ms a process that has died, or lost its connection, keeps its keys: an integer from 100 to 86,400,000. A process renews
   * them after each third of this time. If it is stopped for longer, it loses them, and another process may run the function once more.
   *
   * @defaultValue 5000
   */
  lease?: number | undefined;

  /**
   * The largest value that is sent, in bytes: an integer from 1 to 268,435,456. A larger value is not sent, and the callers elsewhere run
   * apart. Redis disconnects a client that reads several such values too slowly.
   *
   * @defaultValue 4,194,304: 4 MiB
   */
  maxBytes?: number | undefined;
}
