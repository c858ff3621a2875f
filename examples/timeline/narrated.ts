import { defer, Observable, Subject, tap, type Subscription } from 'rxjs';
import type { FlightEvent } from 'rxjs-coalesce';
import type { WatchedEvent, WatchedFlights } from 'rxjs-coalesce/timeline';

/** A registry, or anything with such `events`, for the timeline: its events also name the caller, and there are events of values. */
export class Narrated implements WatchedFlights {
  /** How many calls there were: what would have run without coalescing. */
  calls = 0;
  runs = 0;

  readonly #events = new Subject<WatchedEvent>();
  readonly events = this.#events.asObservable();
  readonly #open = new Set<number>();
  readonly #listening: Subscription;
  #latest: FlightEvent<string> | undefined;
  #acting = '';

  constructor(inFlight: { readonly events: Observable<FlightEvent<string>> }) {
    this.#listening = inFlight.events.subscribe({
      next: (event) => this.#emit(event),
      error: (error: unknown) => this.#events.error(error),
    });
  }

  /** Whether any flight has not ended. */
  get busy(): boolean {
    return this.#open.size > 0;
  }

  stop(): void {
    this.#listening.unsubscribe();
  }

  /** Calls and leaves that happen inside `act` are this caller's. */
  as<R>(name: string, act: () => R): R {
    const before = this.#acting;
    this.#acting = name;
    try {
      return act();
    } finally {
      this.#acting = before;
    }
  }

  /** Each subscription to the source is a call of this name. */
  caller<T>(name: string): (source: Observable<T>) => Observable<T> {
    return (source) =>
      new Observable((subscriber) => {
        const call = this.as(name, () =>
          source.subscribe({
            next: (value) => subscriber.next(value),
            error: (error: unknown) => subscriber.error(error),
            complete: () => subscriber.complete(),
          }),
        );
        return () => this.as(name, () => call.unsubscribe());
      });
  }

  /** Marks the values of a run; for what the shared function returns. */
  readonly values = <T>(source: Observable<T>): Observable<T> =>
    defer(() => {
      const flight = this.#latest;
      return source.pipe(
        tap(() => {
          if (flight !== undefined) this.#events.next({ type: 'value', key: flight.key, flight: flight.flight });
        }),
      );
    });

  #emit(event: FlightEvent<string>): void {
    const { type, flight } = event;
    if (type === 'start') {
      this.#latest = event;
      this.#open.add(flight);
      this.runs += 1;
    }
    if (type === 'start' || type === 'join') this.calls += 1;
    if (['complete', 'error', 'cancel', 'abort'].includes(type)) this.#open.delete(flight);
    this.#events.next({ ...event, caller: this.#acting });
  }
}
