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
 * Makes of a function the same function, whose concurrent calls with equal keys share one run.
 *
 * Each subscription to a result is a call: at that moment its key is computed and looked up, and it joins the flight of that key
 * or, being the first, runs `fn` and leads a new one. Every caller gets everything that the flight emits, in the same order,
 * its error included, whenever it joined. Any caller may leave, the leader too; when the last has left, the run is
 * unsubscribed. The key is free before anyone hears of the end, so that a `retry` or a call made in `complete` runs afresh.
 * Nothing is kept: this is no cache.
 *
 * What `fn` returns must not wait for a call with the same key, which would join the very flight that waits for it.
 * A synchronous throw of `fn`, or a result that is no `ObservableInput`, is an error notification to the flight's callers.
 *
 * @param fn - the function to run once for all: it returns an Observable, a promise, or another `ObservableInput`
 * @param config - `keyFn`: by default {@link argumentsKey}; `inFlight`: by default a registry of its own;
 * `bufferSize`, by default `Infinity`, and `resetOnRefCountZero`, by default `true`, as in {@link FlightConfig}
 * @returns the function, with its `inFlight` calls and its `keyFn`
 * @throws TypeError if `fn` or `keyFn` is no function, or another part of `config` is wrong
 * @see {@link coalescedAsync} for callers who speak promises, {@link coalesceBy} for a pipeline, {@link Coalesce} for methods.
 * @see {@link https://pkg.go.dev/golang.org/x/sync/singleflight | Go's singleflight}, which this resembles
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
): CoalescedFunction<This, A, T, K> {
  expectFunction('coalesced', 'fn', fn);
  const settings = flightSettings('coalesced', config);
  const { keyFn = argumentsKey as (this: This, ...args: A) => K } = config;
  expectFunction('coalesced', 'keyFn', keyFn);
  const inFlight = registryOf('coalesced', config.inFlight);

  function call(this: This, ...args: A): Observable<T> {
    return new Observable<T>((subscriber) => {
      // The default key takes the arguments as they are: spread, they would be copied twice.
      const key = keyFn === argumentsKey ? (keyOfList(args) as K) : keyFn.apply(this, args);
      inFlight.board(subscriber, key, () => fn.apply(this, args), settings);
    });
  }

  return standingFor(fn, Object.assign(call, { inFlight, keyFn }));
}
