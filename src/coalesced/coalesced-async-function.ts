import type { InFlightCalls } from '../flight/in-flight-calls.js';
import type { AsyncArgumentsKey } from '../keys/key-of-arguments.js';

/** An async function whose concurrent calls with equal keys share one run; what {@link coalescedAsync} returns. */
export interface CoalescedAsyncFunction<This, A extends readonly unknown[], T, K = AsyncArgumentsKey<A>> {
  /**
   * Makes a call at once; with a registry of `rxjs-coalesce/web` or `rxjs-coalesce/redis`, `fn` is called once the key has been claimed.
   * The promise resolves with the last value of the flight.
   */
  (this: This, ...args: A): Promise<T>;
  /** The calls in flight, to watch, forget or abort. */
  readonly inFlight: InFlightCalls<K, T>;
  /** The key of a call with these arguments. */
  readonly keyFn: (this: This, ...args: A) => K;
}
