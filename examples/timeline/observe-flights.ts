import { defer, Observable, Subject, tap, type Subscription } from 'rxjs';
import type { FlightEvent } from 'rxjs-coalesce';

/** One caller of a flight. Without `left` it waits until the flight has ended. */
export interface CallerSeen {
  /** Empty unless the caller said who it is. */
  readonly name: string;
  readonly joined: number;
  readonly left?: number;
}

type Ending = 'complete' | 'error' | 'cancel' | 'abort';

/** What has been seen of one flight; all times in milliseconds. */
export interface FlightSeen<K = unknown> {
  readonly number: number;
  readonly key: K;
  readonly started: number;
  /** In the order in which they joined; the first is the leader. */
  readonly callers: readonly CallerSeen[];
  /** How many have not left. */
  readonly waiting: number;
  readonly values: readonly number[];
  readonly forgotten?: number;
  readonly ended?: number;
  readonly ending?: Ending;
  readonly error?: unknown;
}

export interface ObserveOptions {
  readonly now?: () => number;
  /** How many of the latest flights to remember. */
  readonly keep?: number;
}

/** Follows the flights of a registry, or of anything that has such `events`, from now on. */
export function observeFlights<K>(
  inFlight: { readonly events: Observable<FlightEvent<K>> },
  { now = () => performance.now(), keep = 500 }: ObserveOptions = {},
): FlightsSeen<K> {
  return new FlightsSeen(inFlight.events, now, keep);
}

/** What has happened so far, kept up to date until `stop`. */
export class FlightsSeen<K> {
  readonly since: number;
  /** How many calls there were: what would have run without coalescing. */
  calls = 0;
  runs = 0;
  readonly now: () => number;

  readonly #changes = new Subject<void>();
  readonly changes = this.#changes.asObservable();

  readonly #keep: number;
  readonly #flights = new Map<number, Followed<K>>();
  readonly #listening: Subscription;
  #latest: Followed<K> | undefined;
  #acting = '';

  constructor(events: Observable<FlightEvent<K>>, now: () => number, keep: number) {
    this.now = now;
    this.since = now();
    this.#keep = keep;
    this.#listening = events.subscribe({
      next: (event) => this.#hear(event),
      error: () => this.stop(),
    });
  }

  get flights(): readonly FlightSeen<K>[] {
    return [...this.#flights.values()];
  }

  /** Whether any flight has not ended. */
  get busy(): boolean {
    return this.flights.some(({ ended }) => ended === undefined);
  }

  stop(): void {
    this.#listening.unsubscribe();
    this.#changes.complete();
  }

  /** Calls and leaves that happen inside `act` are this caller's: events do not say whose they are. */
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

  /** Marks the values of a run; for what the shared function returns, since events do not tell of values. */
  readonly values = <T>(source: Observable<T>): Observable<T> =>
    defer(() => {
      const flight = this.#latest;
      return source.pipe(
        tap(() => {
          flight?.values.push(this.now());
          this.#changes.next();
        }),
      );
    });

  #hear(event: FlightEvent<K>): void {
    const at = this.now();
    const flight = this.#flights.get(event.flight) ?? this.#begin(event, at);
    if (event.type === 'start') this.runs += 1;
    if (event.type === 'start' || event.type === 'join') this.calls += 1;

    // Counted, not told: so flights that were under way before anybody looked come out right, too.
    while (flight.waiting < event.callers) this.#join(flight, at);
    while (flight.waiting > event.callers) this.#leave(flight, at);

    if (event.type === 'forget') {
      flight.forgotten = at;
    } else if (isEnding(event.type)) {
      flight.ended = at;
      flight.ending = event.type;
      if ('error' in event) flight.error = event.error;
    }
    this.#changes.next();
  }

  #begin({ flight: number, key }: FlightEvent<K>, at: number): Followed<K> {
    const flight: Followed<K> = { number, key, started: at, callers: [], waiting: 0, values: [] };
    this.#flights.set(number, flight);
    this.#latest = flight;
    for (const [oldest, { ended }] of this.#flights) {
      if (this.#flights.size <= this.#keep) break;
      if (ended !== undefined) this.#flights.delete(oldest);
    }
    return flight;
  }

  #join(flight: Followed<K>, at: number): void {
    flight.callers.push({ name: this.#acting, joined: at });
    flight.waiting += 1;
  }

  /** Of several it might be, the latest to come is the first to go. */
  #leave(flight: Followed<K>, at: number): void {
    const waiting = flight.callers.filter(({ left }) => left === undefined).reverse();
    const caller = waiting.find(({ name }) => name === this.#acting) ?? waiting[0];
    if (caller !== undefined) caller.left = at;
    flight.waiting -= 1;
  }
}

type Followed<K> = { -readonly [P in keyof Omit<FlightSeen<K>, 'callers' | 'values'>]: FlightSeen<K>[P] } & {
  readonly callers: { -readonly [P in keyof CallerSeen]: CallerSeen[P] }[];
  readonly values: number[];
};

function isEnding(type: FlightEvent<unknown>['type']): type is Ending {
  return type === 'complete' || type === 'error' || type === 'cancel' || type === 'abort';
}
