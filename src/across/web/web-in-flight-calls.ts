import type { AcrossConfig } from '../across-config.js';
import type { AcrossInFlightCalls } from '../across-in-flight-calls.js';
import { AcrossRegistry } from '../across-registry.js';
import { unexpected } from '../../config/unexpected.js';
import { WebWire } from './web-wire.js';

/**
 * Creates a registry whose flights are shared by all tabs, windows and workers of one origin, and by the worker threads of one Node
 * process, that create a registry with the same name.
 *
 * **The name and the keys together say who may share an answer.** Put everything that changes the answer into one of them: first the
 * user and the tenant, then the version of your program, because all participants of a name must agree on the function, the keys and the
 * codec. On a server that renders pages for several users, threads would share between users: use `inFlightCalls` there.
 *
 * One tab or thread runs the function. The others get copies of all its values, from the first one on. Any caller may leave, also the
 * caller that started the run. When the last caller in all tabs has left, the run is cancelled. If the tab that runs is closed before it
 * has sent a value, another tab runs the function again. If it had already sent values, the callers get an error named
 * `LeaderLostError`. (A promise function sends only its result, together with its end, so for it another tab always runs again.) While
 * nothing is in flight, no lock, channel or timer is held.
 *
 * The function is not called in the same tick, but once its key has been claimed. The key of a function without arguments, or with a
 * signal alone, is `undefined`: `webInFlightCalls<undefined, Profile>('profile/v1')`.
 *
 * It needs Web Locks: a secure context in a browser, or Node 24.5 or later. Without them, or if they fail, flights run apart, only for the
 * callers of their own tab or thread, and the event `apart` says why. It saves work, but does not guarantee exactly one run.
 *
 * @typeParam K - the type of the keys: all that `argumentsKey` takes, but no unregistered symbols
 * @typeParam T - the type of the values that the flights emit: plain data, unless there is a codec
 * @param name - the name of the registry, the same for all participants
 * @param config - `patience`: how many ms a call waits for the others before it runs by itself, by default 2000; `codec`: how values that
 * are not plain data are sent to the others; `locks`: a lock manager, by default `navigator.locks`
 * @returns an empty registry, to pass as `inFlight`
 * @throws TypeError if `name` is not a string or `config` is wrong
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
 *   inFlight: webInFlightCalls<number, string>(`pages of user ${user}, version 2`),
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
