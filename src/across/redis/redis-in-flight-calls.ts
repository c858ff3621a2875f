import { unexpected } from '../../config/unexpected.js';
import type { AcrossInFlightCalls } from '../across-in-flight-calls.js';
import { AcrossRegistry } from '../across-registry.js';
import { connectionOf } from './connection-of.js';
import type { RedisClient } from './redis-client.js';
import type { RedisConfig } from './redis-config.js';
import type { RedisConnection } from './redis-connection.js';
import { redisSettings } from './redis-settings.js';
import { RedisWire } from './redis-wire.js';

const where = 'redisInFlightCalls';

/**
 * Makes a registry whose flights are shared by all processes, on any machine, that make one with the same name by the same Redis: one of them runs,
 * the others hear what it hears.
 *
 * All of them must agree on the function, its keys and the codec, so a deployment that changes these changes the name. What differs between
 * users or tenants belongs in the key.
 *
 * Callers never get an error of Redis, nor wait for it longer than `patience`: then their flight runs apart, and the event `apart` says why. Efficiency, not
 * exactly-once: a participant stopped for longer than its lease may cost one more run.
 *
 * @typeParam K - the type of the keys: what `argumentsKey` takes, without unregistered symbols
 * @typeParam T - the type of the values that the flights emit: plain data, unless there is a codec
 * @param name - what the flights are called: not empty
 * @param client - a client of Redis 7 or Valkey 7.2, or later; it is never closed
 * @param config - the options
 * @returns an empty registry
 * @throws TypeError if the name, the client or an option is wrong
 *
 * @example
 * ```ts compiled
 * import { createClient } from 'redis';
 * import { coalescedAsync } from 'rxjs-coalesce';
 * import { redisInFlightCalls } from 'rxjs-coalesce/redis';
 *
 * declare const readUser: (id: number) => Promise<{ name: string }>;
 *
 * const client = createClient({ url: 'redis://localhost' });
 * client.on('error', console.error);
 * const users = redisInFlightCalls<number, { name: string }>('users', await client.connect());
 *
 * const loadUser = coalescedAsync(readUser, { inFlight: users });
 * console.log((await loadUser(7)).name);
 *
 * await users.close();
 * await client.close();
 * ```
 */
export function redisInFlightCalls<K, T = unknown>(
  name: string,
  client: RedisClient | RedisConnection,
  config: RedisConfig = {},
): AcrossInFlightCalls<K, T> {
  if (typeof name !== 'string' || name === '') {
    throw unexpected(where, 'name', 'a string that is not empty', name);
  }
  const settings = redisSettings(where, config);
  return new AcrossRegistry<K, T>(where, config, new RedisWire(connectionOf(where, client), name, settings));
}
