import type { Observable } from 'rxjs';
import type { FlightEvent } from '../flight/flight-event.js';

/**
 * What can be watched: any registry, or anything that has the `events` of one, as where they come from a server.
 *
 * `keys` and `callers`, which every registry has, tell what was in flight before anybody watched. Without them such a flight
 * is seen from its next event on.
 *
 * @see {@link showTimeline}, {@link describeFlights}
 */
export interface WatchedFlights {
  /** What happens to the flights. Where it errors or completes, the flights that have not ended are lost sight of. */
  readonly events: Observable<WatchedEvent>;

  /** The keys in flight now. */
  keys?(): Iterable<unknown>;

  /** How many callers wait on the flight of this key. */
  callers?(key: unknown): number;
}

/**
 * An event of a registry; it may say more than the registry does.
 *
 * `caller` is the name of the one who comes or goes: listeners run inside the call, so a `map` over `events` can add who is calling.
 * An event of type `value` marks a value of the flight.
 */
export type WatchedEvent =
  | (FlightEvent<unknown> & { readonly caller?: string | undefined })
  | { readonly type: 'value'; readonly key: unknown; readonly flight: number };

/** One registry, several, or several by their names. */
export type WatchedRegistries = WatchedFlights | readonly WatchedFlights[] | Readonly<Record<string, WatchedFlights>>;
