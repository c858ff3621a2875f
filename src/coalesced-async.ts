import type { ObservableInput, ObservedValueOf } from 'rxjs';
import { asyncArgumentsKey } from './async-arguments-key.js';
import { callerSignal } from './caller-signal.js';
import type { CoalesceConfig } from './coalesce-config.js';
import type { CoalescedAsyncFunction } from './coalesced-async-function.js';
import { expectFunction } from './expect-function.js';
import { flightSettings } from './flight-settings.js';
import type { Flight } from './flight.js';
import type { AsyncArgumentsKey } from './key-of-arguments.js';
import { registryOf } from './registry-of.js';
import type { Shaped } from './shaped.js';
import type { SourceFunction } from './source-function.js';

/**
 * TODO
 */
export function coalescedAsync<F extends SourceFunction, K = AsyncArgumentsKey<Parameters<F>>>(
  fn: F,
  config?: CoalesceConfig<ThisParameterType<F>, Parameters<F>, ObservedValueOf<ReturnType<F>>, K>,
): Shaped<F, CoalescedAsyncFunction<ThisParameterType<F>, Parameters<F>, ObservedValueOf<ReturnType<F>>, K>>;
export function coalescedAsync<This, A extends unknown[], T, K>(
  fn: (this: This, ...args: A) => ObservableInput<T>,
  config: CoalesceConfig<This, A, T, K> = {},
): CoalescedAsyncFunction<This, A, T, K> {
  expectFunction('coalescedAsync', 'fn', fn);
  const settings = flightSettings('coalescedAsync', config);
  const { keyFn = asyncArgumentsKey as (this: This, ...args: A) => K } = config;
  expectFunction('coalescedAsync', 'keyFn', keyFn);
  const inFlight = registryOf('coalescedAsync', config.inFlight);

  function call(this: This, ...args: A): Promise<T> {
    try {
      const signal = callerSignal(args);
      throwIfAborted(signal);
      const key = keyFn.apply(this, args);
      throwIfAborted(signal);
      const start =
        signal === undefined
          ? () => fn.apply(this, args)
          : (flight: Flight<K, T>) => fn.apply(this, withSignalOf(flight, args, signal));
      return inFlight.boardPromise(key, start, settings, signal);
    } catch (error) {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever was thrown
      return Promise.reject(error);
    }
  }

  return Object.assign(call, { inFlight, keyFn });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw signal.reason;
  }
}

/** The leader's arguments, with the flight's signal in the place of its own; made when it is first read. */
function withSignalOf<A extends readonly unknown[]>(
  flight: { readonly signal: AbortSignal },
  args: A,
  signal: AbortSignal,
): A {
  const last = args.at(-1);
  const replaced =
    last === signal
      ? flight.signal
      : {
          ...(last as object),
          get signal() {
            return flight.signal;
          },
        };
  return [...args.slice(0, -1), replaced] as unknown as A;
}
