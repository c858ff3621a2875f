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
   * What two calls must have in common to share a flight, computed when a call is made, with the `this` and the arguments of
   * that call. What the key leaves out comes from the leader. A throw is an error to that call alone.
   *
   * @defaultValue {@link argumentsKey}; in {@link coalescedAsync}, the same without the caller's signal
   */
  keyFn?: ((this: This, ...args: A) => K) | undefined;

  /**
   * The registry to share flights through, with whatever else was given it: it tells keys apart, not functions, so that two
   * functions that do not answer alike need keys that differ, such as `argumentsKey('user', id)`.
   *
   * @defaultValue a registry of its own
   */
  inFlight?: InFlightCalls<K, T> | undefined;
}
