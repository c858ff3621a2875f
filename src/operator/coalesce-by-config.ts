import type { FlightConfig } from '../config/flight-config.js';
import type { InFlightCalls } from '../flight/in-flight-calls.js';

/**
 * How {@link coalesceBy} coalesces.
 *
 * @typeParam K - the keys
 * @typeParam T - the values of the runs
 */
export interface CoalesceByConfig<K, T> extends FlightConfig {
  /**
   * What happens to a source value if this subscriber already waits on a flight with its key: `'join'` answers it from that flight,
   * `'ignore'` drops it, as `exhaustMap` does, for each key.
   *
   * @defaultValue `'join'`
   */
  duplicates?: 'join' | 'ignore' | undefined;

  /**
   * How many flights this subscriber leads at the same time: an integer of at least 1, or `Infinity`. Values that would lead one more
   * wait in order. A value with the same key as a waiting value waits with it. Joining a flight of another subscriber takes no slot.
   *
   * @defaultValue `Infinity`
   */
  concurrent?: number | undefined;

  /**
   * The registry of the flights. Everything with the same registry shares flights whenever keys are equal.
   *
   * @defaultValue a registry for each application of the operator to a source, shared by the subscribers of the result
   */
  inFlight?: InFlightCalls<K, T> | undefined;
}
