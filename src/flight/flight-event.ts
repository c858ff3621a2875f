/**
 * What {@link InFlightCalls.events} tells about a flight.
 *
 * `start` and `join` are a caller's coming, `leave` is its going before the end; a flight ends by `complete`, `error`,
 * `cancel` (its last caller left) or `abort`. After `forget` a flight belongs to its present callers alone. `flight`
 * numbers the flights of one registry; `callers` counts who waits after a `start`, `join`, `leave` or `forget`, who waited
 * when a `complete`, `error` or `abort` came, and is 0 on `cancel`.
 *
 * @typeParam K - the type of the keys
 */
export type FlightEvent<K> =
  | {
      readonly type: 'start' | 'join' | 'leave' | 'complete' | 'cancel' | 'forget';
      readonly key: K;
      readonly flight: number;
      readonly callers: number;
    }
  | {
      readonly type: 'error' | 'abort';
      readonly key: K;
      readonly flight: number;
      readonly callers: number;
      readonly error: unknown;
    };
