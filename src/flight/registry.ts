import { Observable, type ObservableInput, type Subscriber } from 'rxjs';
import { abortReason } from './abort-reason.js';
import { Broadcast } from './broadcast.js';
import { Caller } from './caller.js';
import { expectFunction } from '../config/expect-function.js';
import type { FlightConfig } from '../config/flight-config.js';
import type { FlightEvent } from './flight-event.js';
import { flightSettings, type FlightSettings } from '../config/flight-settings.js';
import { nesting } from './nesting.js';
import { Flight, type Counted, type FlightOwner } from './flight.js';
import { registryBrand } from './registry-brand.js';

/** What a key maps to: a flight, or a light flight, which a flight replaces when a caller needs one. */
export interface InFlight<K, T> extends Counted<K> {
  /** The promise that promise callers without a signal share, if a call made now may share it. */
  sharedPromise(): Promise<T> | undefined;
  /** The flight itself, or the flight that replaces a light one; undefined if it has ended. */
  toFlight(): Flight<K, T> | undefined;
  forget(): void;
  abort(reason: unknown): void;
}

/** The registry behind {@link InFlightCalls}: from a key to the flight that a call made now would join. */
export class Registry<K, T> implements FlightOwner<K, T> {
  readonly #flights = new Map<K, InFlight<K, T>>();
  readonly #listeners = new Broadcast<FlightEvent<K>>(0);
  #started = 0;

  /** The postponed calls that the running loop is yet to make. */
  #due: Set<() => void> | undefined;

  /** Whether its flights may run elsewhere. Then none is light: a light flight calls its function at once. */
  readonly isAcross: boolean = false;

  readonly events = new Observable<FlightEvent<K>>((subscriber) => {
    const listener = new Caller(subscriber, this.#listeners);
    this.#listeners.add(listener);
    this.#listeners.replay(listener);
    return listener;
  });

  get [registryBrand](): true {
    return true;
  }

  get size(): number {
    return this.#flights.size;
  }

  has(key: K): boolean {
    return this.#flights.has(key);
  }

  keys(): IterableIterator<K> {
    return this.#flights.keys();
  }

  callers(key: K): number {
    return this.#flights.get(key)?.callers ?? 0;
  }

  forget(key: K): boolean {
    const flight = this.#flights.get(key);
    this.#flights.delete(key);
    flight?.forget();
    return flight !== undefined;
  }

  abort(key: K, reason?: unknown): boolean {
    const flight = this.#flights.get(key);
    flight?.abort(abortReason(reason));
    return flight !== undefined;
  }

  forgetAll(): void {
    for (const flight of this.#clear()) {
      flight.forget();
    }
  }

  abortAll(reason?: unknown): void {
    const shared = abortReason(reason);
    for (const flight of this.#clear()) {
      flight.abort(shared);
    }
  }

  join(key: K, start: () => ObservableInput<T>, config: FlightConfig = {}): Observable<T> {
    expectFunction('join', 'start', start);
    const settings = flightSettings('join', config, 'start', start);
    return new Observable((subscriber) => {
      this.board(subscriber, key, () => start(), settings);
    });
  }

  /** The flight that a call with this key would join. */
  current(key: K): Flight<K, T> | undefined {
    const flight = this.#flights.get(key);
    // If the flight turns out to be over, `toFlight` emits an event. A listener may then make a call: look again.
    return flight && (flight.toFlight() ?? this.current(key));
  }

  get(key: K): InFlight<K, T> | undefined {
    return this.#flights.get(key);
  }

  set(key: K, flight: InFlight<K, T>): void {
    this.#flights.set(key, flight);
  }

  lead(key: K, start: (flight: Flight<K, T>) => ObservableInput<T>, settings: FlightSettings): Flight<K, T> {
    const flight = new Flight(this, key, start, settings);
    this.#flights.set(key, flight);
    return flight;
  }

  /** Makes a call for a subscriber. */
  board(
    subscriber: Subscriber<T>,
    key: K,
    start: (flight: Flight<K, T>) => ObservableInput<T>,
    settings: FlightSettings,
  ): void {
    if (subscriber.closed) {
      return;
    }
    const found = this.current(key);
    if (found?.isInNext()) {
      // A bound function, so that most calls do not pay for a closure.
      found.postpone(this.board.bind(this, subscriber, key, start, settings));
      return;
    }
    const flight = found ?? this.lead(key, start, settings);
    const caller = new Caller(subscriber, flight);
    subscriber.add(caller);
    if (!flight.board(caller)) {
      this.board(subscriber, key, start, settings);
    }
  }

  resume(calls: Set<() => void>): void {
    if (this.#due) {
      // Add to the running loop: a chain of runs that end at once must not recurse deeply.
      for (const call of calls) {
        this.#due.add(call);
      }
      return;
    }
    this.#due = calls;
    this.resumeOthers();
    this.#due = undefined;
  }

  resumeOthers(): void {
    // These calls have waited already, and must not be postponed again.
    nesting.depth++;
    this.#due?.forEach((call, _, due) => {
      due.delete(call);
      call();
    });
    nesting.depth--;
  }

  get observed(): boolean {
    return this.#listeners.observed;
  }

  count(flight: Counted<K>): void {
    flight.callers++;
    const type = flight.number ? 'join' : 'start';
    flight.number ||= ++this.#started;
    // `emit` checks this, too. Checking here saves each caller a function call.
    if (this.observed) {
      this.emit(type, flight);
    }
  }

  free(flight: Counted<K>, successor?: Flight<K, T>): void {
    const { key } = flight;
    if (this.#flights.get(key) === flight) {
      if (successor) {
        this.#flights.set(key, successor);
      } else {
        this.#flights.delete(key);
      }
    }
  }

  emit(type: FlightEvent<K>['type'], { key, number, callers }: Counted<K>, error?: unknown): void {
    if (this.observed) {
      const event = { type, key, flight: number, callers };
      this.notify((type === 'error' || type === 'abort' ? { ...event, error } : event) as FlightEvent<K>);
    }
  }

  /** Notifies the listeners of an event. */
  notify(event: FlightEvent<K>): void {
    nesting.depth++;
    this.#listeners.next(event);
    nesting.depth--;
    this.#listeners.latest.value = undefined as never;
  }

  /** Frees every key, and returns the flights that had them. */
  #clear(): InFlight<K, T>[] {
    const flights = [...this.#flights.values()];
    this.#flights.clear();
    return flights;
  }
}
