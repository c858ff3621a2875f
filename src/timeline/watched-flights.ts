import type { Observable } from 'rxjs';
import type { FlightEvent } from '../flight/flight-event.js';

/**
 * What can be watched: any registry, or any object with such `events`, for example events that a server sends.
 *
 * `keys` and `callers`, which every registry has, show what was already in flight when watching began. Without them, such a flight
 * appears with its next event.
 *
 * @see {@link showTimeline}, {@link describeFlights}
 */
export interface WatchedFlights {
  /** What happens to the flights. If it errors or completes, it is unknown how the flights that have not ended end. */
  readonly events: Observable<WatchedEvent>;

  /** The keys in flight now. */
  keys?(): Iterable<unknown>;

  /** How many callers wait for the flight with this key. */
  callers?(key: unknown): number;
}

/**
 * An event of a registry, with optional additions.
 *
 * `caller` is the name of the caller that joins or leaves. Listeners of `events` run inside the call, so a `map` can add that name.
 * An event of type `value` marks a value that the flight has emitted.
 */
export type WatchedEvent =
  | (FlightEvent<unknown> & { readonly caller?: string | undefined })
  | { readonly type: 'value'; readonly key: unknown; readonly flight: number };

/** A registry, an array of registries, or an object with registries by their names. */
export type WatchedRegistries = WatchedFlights | readonly WatchedFlights[] | Readonly<Record<string, WatchedFlights>>;
