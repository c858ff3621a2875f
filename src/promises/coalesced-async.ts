import type { ObservableInput, ObservedValueOf } from 'rxjs';
import { abortReason } from '../flight/abort-reason.js';
import { asyncArgumentsKey, asyncKeyOfList } from './async-arguments-key.js';
import { boardPromise, boardPromiseWith } from './board-promise.js';
import { callerSignal, type CallerSignal } from './caller-signal.js';
import type { CoalesceConfig } from '../coalesced/coalesce-config.js';
import type { CoalescedAsyncFunction } from '../coalesced/coalesced-async-function.js';
import { expectFunction } from '../config/expect-function.js';
import { flightSettings } from '../config/flight-settings.js';
import { keyOfList } from '../keys/arguments-key.js';
import { lazyController } from './lazy-controller.js';
import type { Flight } from '../flight/flight.js';
import type { AsyncArgumentsKey } from '../keys/key-of-arguments.js';
import { registryOf } from '../flight/registry-of.js';
import type { Shaped } from '../coalesced/shaped.js';
import { standingFor } from '../config/standing-for.js';
import type { SourceFunction } from '../coalesced/source-function.js';

/**
 * Returns the same async function, but concurrent calls with equal keys share one run.
 *
 * It calls at once; with a registry of `rxjs-coalesce/web` or `rxjs-coalesce/redis`, once the key has been claimed. It never throws
 * synchronously. All callers get the last value, as the same object. If the run fails, all callers get the same error, and it is not
 * kept. It is reported as unhandled only if no caller handles it.
 *
 * **Signals.** A caller may pass a signal as an argument, or as the `signal` property of a plain options object, in any position. If
 * there are several, the last one counts. Aborting it rejects only that caller, with the signal's reason, and that caller leaves. If it
 * is already aborted, the call rejects before anything runs. If the leader passed a signal, `fn` gets the flight's signal instead. That
 * signal aborts when the last caller has left, or when `abort()` ends the flight. It never aborts after the flight has settled. If the
 * leader passed none, `fn` gets its arguments unchanged. A caller without a signal cannot leave, so the run that it waits for is never
 * cancelled.
 *
 * **The default key** is {@link argumentsKey} of all arguments but the signal. `{ signal }` and `{ signal: undefined }` count as absent.
 * `{}` is an argument: `load(1, {})` does not share with `load(1)`. Without other arguments, the key is `undefined`.
 *
 * What `fn` returns must not wait for a call with the same key: that call would join the flight that waits for it.
 *
 * @param fn - the function to run once for all: it returns a promise, an Observable, or another `ObservableInput`
 * @param config - `keyFn`: by default as above; `inFlight`, `bufferSize` and `resetOnRefCountZero` as for {@link coalesced}
 * @returns the function, with its `inFlight` calls and its `keyFn`
 * @throws TypeError if `fn` or `keyFn` is not a function, or another part of `config` is wrong
 * @see {@link coalesced} for callers that use RxJS; if both have the same registry as `inFlight`, their callers share flights.
 * @see {@link fromAbortable}, {@link promiseFrom}, {@link CoalesceAsync}
 *
 * @example
 * ```ts
 * import { setTimeout } from 'node:timers/promises';
 * import { coalescedAsync } from 'rxjs-coalesce';
 *
 * let runs = 0;
 * const load = coalescedAsync(async (id: number, { signal }: { signal?: AbortSignal | undefined } = {}) => {
 *   await setTimeout(10, undefined, { signal });
 *   return `user ${id}, run ${++runs}`;
 * });
 *
 * const impatient = new AbortController();
 * const calls = [load(7, { signal: impatient.signal }), load(7)];
 * impatient.abort('no time');
 * console.log(await Promise.allSettled(calls));
 *
 * // Output:
 * // [
 * //   { status: 'rejected', reason: 'no time' },
 * //   { status: 'fulfilled', value: 'user 7, run 1' }
 * // ]
 * ```
 */
export function coalescedAsync<F extends SourceFunction, K = AsyncArgumentsKey<Parameters<F>>>(
  fn: F,
  config?: CoalesceConfig<ThisParameterType<F>, Parameters<F>, ObservedValueOf<ReturnType<F>>, K>,
): Shaped<F, CoalescedAsyncFunction<ThisParameterType<F>, Parameters<F>, ObservedValueOf<ReturnType<F>>, K>>;
export function coalescedAsync<This, A extends unknown[], T, K>(
  fn: (this: This, ...args: A) => ObservableInput<T>,
  config: CoalesceConfig<This, A, T, K> = {},
  where = 'coalescedAsync',
  name = 'fn',
): CoalescedAsyncFunction<This, A, T, K> {
  expectFunction(where, name, fn);
  const settings = flightSettings(where, config, name, fn);
  const { keyFn = asyncArgumentsKey as (this: This, ...args: A) => K } = config;
  expectFunction(where, 'keyFn', keyFn);
  const inFlight = registryOf(where, config.inFlight);

  function call(this: This, ...args: A): Promise<T> {
    try {
      // Most calls have no object among their arguments, and so no signal.
      const hasObjects = anyObject(args);
      const own = hasObjects ? callerSignal(args) : undefined;
      if (own?.signal.aborted) {
        return Promise.reject(abortReason(own.signal.reason));
      }
      // The default key takes the array itself: spreading the arguments would copy them twice.
      const key =
        keyFn === asyncArgumentsKey
          ? ((hasObjects ? asyncKeyOfList(args, own) : keyOfList(args)) as K)
          : keyFn.apply(this, args);
      return own
        ? boardPromiseWith(own.signal, inFlight, key, startWith(fn, this, args, own), settings)
        : boardPromise(inFlight, key, fn, this, args, settings);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  return standingFor(fn, Object.assign(call, { inFlight, keyFn }));
}

/** A loop, because `some` is slower, and every call runs this. */
function anyObject(args: readonly unknown[]): boolean {
  for (let place = 0; place < args.length; place++) {
    if (typeof args[place] === 'object') {
      return true;
    }
  }
  return false;
}

/** A separate function, so that calls without a signal do not pay for the closure. */
function startWith<This, A extends unknown[], K, T>(
  fn: (this: This, ...args: A) => ObservableInput<T>,
  self: This,
  args: A,
  own: CallerSignal,
): (flight: Flight<K, T>) => ObservableInput<T> {
  return (flight) => fn.apply(self, withSignalOf(flight, args, own));
}

/** The leader's arguments, with the flight's signal in the place of its own. */
function withSignalOf<K, T, A extends unknown[]>(flight: Flight<K, T>, args: A, { signal, place }: CallerSignal): A {
  const controller = lazyController();
  // Runs after the flight has ended, and before the finalizers of what the function returns.
  flight.connection?.add(() => {
    if (flight.outcome === 'cancel' || flight.outcome === 'abort') {
      controller().abort(flight.reason);
    }
  });
  const value: unknown = args[place];
  const given = [...args] as A;
  given[place] = value === signal ? controller().signal : withSignal(value as object, controller);
  return given;
}

/** A separate function: user code may keep these options, and the getter keeps everything in its scope in memory. */
function withSignal(options: object, controller: () => AbortController): object {
  return {
    ...options,
    get signal() {
      return controller().signal;
    },
  };
}
