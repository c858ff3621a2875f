import type { AcrossConfig } from '../across-config.js';

/** How flights reach other processes by Redis. */
export interface RedisConfig extends AcrossConfig {
  /**
   * What all keys and channels begin with. A part in braces puts all keys of a cluster on one node.
   *
   * @defaultValue `rxjs-coalesce`
   */
  prefix?: string | undefined;

  /**
   * How long, in ms, a participant that has died or is cut off keeps its keys: an integer from 100 to 86,400,000. It renews them three times as often. A
   * participant that is stopped for longer loses them, and the key may then run once more elsewhere.
   *
   * @defaultValue 5000
   */
  lease?: number | undefined;

  /**
   * The largest value that is sent, in bytes as it is written: an integer from 1 to 268,435,456. What is larger is not sent: those who wait for it elsewhere run apart.
   * Redis cuts off who reads more than a few such values too slowly.
   *
   * @defaultValue 4,194,304: 4 MiB
   */
  maxBytes?: number | undefined;
}
