/**
 * What {@link InFlightCalls.events} emits about a flight.
 *
 * - `start`: the leader has come. `join`: another caller has come. `leave`: a caller has left before the end.
 * - `complete`, `error`, `cancel` (the last caller has left) and `abort` end a flight.
 * - `forget`: the flight belongs to its present callers alone.
 *
 * `flight` numbers the flights of one registry. `callers` is the number of callers that wait after a `start`, `join`, `leave` or
 * `forget`, and the number that waited when a `complete`, `error` or `abort` came. On `cancel` it is 0.
 *
 * A registry of `rxjs-coalesce/web` or `rxjs-coalesce/redis` also emits where a flight runs, and emits it again if the leader is lost.
 * `lead`: here, and others may follow. `follow`: in the participant named by `leader`. `apart`: here, only for this tab or process;
 * `error` says why.
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
