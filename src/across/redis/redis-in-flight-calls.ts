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
 * Creates a registry whose flights are shared by all processes, on any machine, that create a registry with the same name on the same
 * Redis.
 *
 * One process runs the function. The others get copies of all its values, from the first one on. When the last caller anywhere has left,
 * the run is cancelled where it is. If the process that runs dies before it has sent a value, another process runs the function again. If
 * it had already sent values, the callers get an error named `LeaderLostError`. The function is not called in the same tick, but once its
 * key has been claimed in Redis.
 *
 * All participants of a name must agree on the function, the keys and the codec, so change the name if a deployment changes one of them.
 * Whatever differs between users or tenants belongs in the key.
 *
 * Callers never get an error of Redis, and never wait for Redis longer than `patience`: then their flight runs apart, only for this
 * process, and the event `apart` says why. The registry saves work, but does not guarantee exactly one run: if a process is stopped for
 * longer than its lease, the function may run once more.
 *
 * @typeParam K - the type of the keys: all that `argumentsKey` takes, but no unregistered symbols; `undefined` for a function without
 * arguments
 * @typeParam T - the type of the values that the flights emit: plain data, unless there is a codec
 * @param name - the name of the registry, the same for all participants: a string that is not empty
 * @param client - a client of Redis 7 or later, or of Valkey 7.2 or later; it is never closed
 * @param config - `patience`: how many ms a call waits for Redis before it runs by itself, by default 2000; `codec`: how values that are
 * not plain data are sent to the others; `lease`, `maxBytes` and `prefix` as in {@link RedisConfig}
 * @returns an empty registry, to pass as `inFlight`
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
