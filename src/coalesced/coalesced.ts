import { Observable, type ObservableInput, type ObservedValueOf } from 'rxjs';
import { argumentsKey, keyOfList } from '../keys/arguments-key.js';
import type { CoalesceConfig } from './coalesce-config.js';
import type { CoalescedFunction } from './coalesced-function.js';
import { expectFunction } from '../config/expect-function.js';
import { flightSettings } from '../config/flight-settings.js';
import type { ArgumentsKey } from '../keys/key-of-arguments.js';
import { registryOf } from '../flight/registry-of.js';
import type { Shaped } from './shaped.js';
import { standingFor } from '../config/standing-for.js';
import type { SourceFunction } from './source-function.js';

/**
 * Returns the same function, but concurrent calls with equal keys share one run of it.
 *
 * Each subscription to a result is a call. At that moment its key is computed. If a flight (a run) with that key exists, the call
 * joins it. If not, the call runs `fn` and leads a new flight. Every caller gets everything that the flight emits, in the same order,
 * and its error, no matter when it joined. Any caller may leave, including the leader. When the last caller has left, the run is
 * unsubscribed. When a flight ends, its key is freed before callers are notified, so a `retry` or a call made in `complete` starts
 * a fresh run. A call made inside `next` of the flight that it would join waits for the flight's next notification; if the flight ends,
 * the call starts a fresh run. Nothing is kept: this is not a cache.
 *
 * What `fn` returns must not wait for a call with the same key: that call would join the flight that waits for it.
 * If `fn` throws, or returns something that is not an `ObservableInput`, the flight's callers get an error notification.
 *
 * @param fn - the function to coalesce; it returns an Observable, a promise, or another `ObservableInput`
 * @param config - `keyFn`: by default {@link argumentsKey}; `inFlight`: by default a registry of its own;
 * `bufferSize`, by default `Infinity`, and `resetOnRefCountZero`, by default `true`, as in {@link FlightConfig}
 * @returns the function, with its `inFlight` calls and its `keyFn`
 * @throws TypeError if `fn` or `keyFn` is not a function, or another part of `config` is wrong
 * @see {@link coalescedAsync} for functions that return promises, {@link coalesceBy} for a pipeline, {@link Coalesce} for methods.
 * @see {@link https://pkg.go.dev/golang.org/x/sync/singleflight | Go's singleflight}, which is similar
 *
 * @example
 * ```ts
 * import { map, timer } from 'rxjs';
 * import { coalesced } from 'rxjs-coalesce';
 *
 * let runs = 0;
 * const load = coalesced((id: number) => timer(10).pipe(map(() => `user ${id}, run ${++runs}`)));
 *
 * load(7).subscribe((user) => console.log('first:', user));
 * load(7).subscribe((user) => console.log('second:', user));
 *
 * // Output:
 * // first: user 7, run 1
 * // second: user 7, run 1
 * ```
 */
export function coalesced<F extends SourceFunction, K = ArgumentsKey<Parameters<F>>>(
  fn: F,
  config?: CoalesceConfig<ThisParameterType<F>, Parameters<F>, ObservedValueOf<ReturnType<F>>, K>,
): Shaped<F, CoalescedFunction<ThisParameterType<F>, Parameters<F>, ObservedValueOf<ReturnType<F>>, K>>;
export function coalesced<This, A extends unknown[], T, K>(
  fn: (this: This, ...args: A) => ObservableInput<T>,
  config: CoalesceConfig<This, A, T, K> = {},
  where = 'coalesced',
  name = 'fn',
): CoalescedFunction<This, A, T, K> {
  expectFunction(where, name, fn);
  const settings = flightSettings(where, config, name, fn);
  const { keyFn = argumentsKey as (this: This, ...args: A) => K } = config;
  expectFunction(where, 'keyFn', keyFn);
  const inFlight = registryOf(where, config.inFlight);

  function call(this: This, ...args: A): Observable<T> {
    return new Observable<T>((subscriber) => {
      // The default key takes the array itself: spreading the arguments would copy them twice.
      const key = keyFn === argumentsKey ? (keyOfList(args) as K) : keyFn.apply(this, args);
      inFlight.board(subscriber, key, () => fn.apply(this, args), settings);
    });
  }

  return standingFor(fn, Object.assign(call, { inFlight, keyFn }));
}
