/**
 * What {@link InFlightCalls.events} emits about a flight.
 *
 * `start` and `join` are a caller's coming, `leave` is its going before the end; a flight ends by `complete`, `error`,
 * `cancel` (its last caller left) or `abort`. After `forget` a flight belongs to its present callers alone. `flight`
 * numbers the flights of one registry; `callers` counts who waits after a `start`, `join`, `leave` or `forget`, who waited
 * when a `complete`, `error` or `abort` came, and is 0 on `cancel`.
 *
 * A registry that reaches beyond its thread or process also tells, once a flight knows and again where its leader was lost, where it
 * runs: `lead` here, for others too; `follow` elsewhere, by the participant `leader`; `apart` here, for nobody else, because of `error`.
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
    }
  | { readonly type: 'lead'; readonly key: K; readonly flight: number; readonly callers: number }
  | {
      readonly type: 'follow';
      readonly key: K;
      readonly flight: number;
      readonly callers: number;
      readonly leader: string;
    }
  | {
      readonly type: 'apart';
      readonly key: K;
      readonly flight: number;
      readonly callers: number;
      readonly error: unknown;
    };
