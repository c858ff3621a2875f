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
   * What becomes of a source value whose key this subscriber waits on already: `'join'` answers it from the same flight, `'ignore'`
   * drops it, as `exhaustMap` does, per key.
   *
   * @defaultValue `'join'`
   */
  duplicates?: 'join' | 'ignore' | undefined;

  /**
   * How many flights this subscriber leads at once: an integer of at least 1, or `Infinity`. Values that would lead one more wait
   * in order; a value whose key waits already waits with it, and joining somebody's flight takes no slot.
   *
   * @defaultValue `Infinity`
   */
  concurrent?: number | undefined;

  /**
   * The registry to share flights through, with whatever else was given it.
   *
   * @defaultValue one for each application of the operator to a source, shared by its subscribers
   */
  inFlight?: InFlightCalls<K, T> | undefined;
}
