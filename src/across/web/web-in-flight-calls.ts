import type { AcrossConfig } from '../across-config.js';
import type { AcrossInFlightCalls } from '../across-in-flight-calls.js';
import { AcrossRegistry } from '../across-registry.js';
import { unexpected } from '../../config/unexpected.js';
import { WebWire } from './web-wire.js';

/**
 * Makes a registry whose flights are shared by all tabs, windows and workers of an origin that make one of the same name, and by the worker
 * threads of a Node process.
 *
 * **The name and the keys together say who may share an answer**: whatever changes it belongs in one of them, the user and the tenant
 * first, and the version of your program, since all that share a name must agree on the function, the keys and the codec. On a server that renders pages for
 * several users, threads would share between users: use `inFlightCalls` there.
 *
 * Of those who call at the same time, one runs the function, and the others follow it: they hear its values from the first, wherever they are, as equal copies.
 * Anyone may leave, the leader too: the last one anywhere cancels the run where it is. A tab or thread that dies is replaced by one of those who
 * have heard no value; a flight that has heard values fails with an error named `LeaderLostError`. Nothing is held while nothing is in flight.
 *
 * It needs Web Locks: a secure context in a browser, or Node from 24.5. Where there are none, and wherever they fail, flights run apart, for
 * the callers of their own tab or thread, and `events` tell why by `apart`. It shares efficiently, not exactly once.
 *
 * @param name - what those who share have in common
 * @param config - `patience`: how many ms a call waits for the others before it runs apart, by default 2000; `codec`: how values cross that
 * are not plain data; `locks`: a lock manager, by default `navigator.locks`
 * @returns a registry, to be passed as `inFlight`
 * @throws TypeError if `name` is no string or `config` is wrong
 * @see {@link AcrossInFlightCalls}, {@link AcrossConfig}
 * @see {@link https://developer.mozilla.org/docs/Web/API/Web_Locks_API | Web Locks}
 *
 * @example
 * ```ts
 * import { coalescedAsync } from 'rxjs-coalesce';
 * import { webInFlightCalls } from 'rxjs-coalesce/web';
 *
 * let runs = 0;
 * const user = 7;
 * const load = coalescedAsync(async (page: number) => `page ${page} of user ${user}, run ${++runs}`, {
 *   inFlight: webInFlightCalls(`pages of user ${user}, version 2`),
 * });
 *
 * console.log(await Promise.all([load(1), load(1)]));
 *
 * // Output:
 * // [ 'page 1 of user 7, run 1', 'page 1 of user 7, run 1' ]
 * ```
 */
export function webInFlightCalls<K, T>(
  name: string,
  config: AcrossConfig & { locks?: LockManager | undefined } = {},
): AcrossInFlightCalls<K, T> {
  const where = 'webInFlightCalls';
  if (typeof (name as unknown) !== 'string') {
    throw unexpected(where, 'name', 'a string', name);
  }
  const { locks = (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks } = Object(
    config,
  ) as typeof config;
  if (locks !== undefined && typeof (locks as Partial<LockManager> | null)?.request !== 'function') {
    throw unexpected(where, 'locks', 'a LockManager', locks);
  }
  const wire =
    locks === undefined
      ? new Error('There are no Web Locks here: they need a secure context, or Node 24.5')
      : new WebWire(name, locks);
  return new AcrossRegistry<K, T>(where, config, wire);
}
