import type { FlightConfig } from '../config/flight-config.js';
import type { InFlightCalls } from '../flight/in-flight-calls.js';

/**
 * How the calls of a function coalesce.
 *
 * @typeParam This - the `this` of the function
 * @typeParam A - its arguments
 * @typeParam T - the values that it emits, or that its promise resolves with
 * @typeParam K - the keys
 */
export interface CoalesceConfig<This, A extends readonly unknown[], T, K> extends FlightConfig {
  /**
   * Computes the key of a call, with the `this` and the arguments of that call. Calls with equal keys share a flight. Everything
   * that is not in the key comes from the leader. If it throws, only that call gets the error.
   *
   * @defaultValue {@link argumentsKey}; for {@link coalescedAsync}, the same without the caller's signal
   */
  keyFn?: ((this: This, ...args: A) => K) | undefined;

  /**
   * The registry of the flights. Functions with the same registry share flights whenever their keys are equal, so functions with
   * different answers need different keys, such as `argumentsKey('user', id)`.
   *
   * @defaultValue a registry of its own
   */
  inFlight?: InFlightCalls<K, T> | undefined;
}
