import type { ObservableInput, Observer, Subscriber, Unsubscribable } from 'rxjs';
import type { FlightSettings } from '../config/flight-settings.js';
import type { Flight } from '../flight/flight.js';
import type { Registry } from '../flight/registry.js';
import { Ticket } from './ticket.js';
import { Waiting, type ResultSelector } from './waiting.js';

/** What all subscribers of a {@link coalesceBy} share. */
export interface Coalescing<V, K, T, R> {
  readonly inFlight: Registry<K, T>;
  readonly keyFn: (value: V, index: number) => K;
  readonly project: (value: V, index: number) => ObservableInput<T>;
  readonly settings: FlightSettings;
  readonly duplicates: 'join' | 'ignore';
  readonly concurrent: number;
  /** Without one, the answers are what the runs emit. */
  readonly resultSelector: ResultSelector<V, T, R> | undefined;
}

/** The calls that one subscriber of {@link coalesceBy} makes, one for each value of the source. */
export class KeyedCalls<V, K, T, R> implements Observer<V>, Unsubscribable {
  readonly #coalescing: Coalescing<V, K, T, R>;
  readonly #destination: Subscriber<R>;
  /**
   * The calls that wait, by the flight that they wait on: a forgotten flight and its successor have the same key. Postponed calls are
   * here by the list of postponed calls of their flight.
   */
  readonly #waiting = new Map<object | undefined, Ticket<V, K, T, R> | Waiting<V, T, R>>();
  readonly #queue = new Map<K, Waiting<V, T, R>>();
  /** One iterator for the life of the queue: a new one would step over all deleted entries again. */
  readonly #turns = this.#queue.entries();
  #index = 0;
  /** How many calls are being made right now, one inside another. */
  #arriving = 0;
  /** How many slots of `concurrent` are taken: the runs that this subscriber leads and that are not torn down yet. */
  #leading = 0;
  #draining = false;
  #exhausted = false;

  constructor(coalescing: Coalescing<V, K, T, R>, destination: Subscriber<R>) {
    this.#coalescing = coalescing;
    this.#destination = destination;
  }

  next(value: V): void {
    const index = this.#index++;
    this.#arriving++;
    try {
      this.#call(this.#coalescing.keyFn(value, index), value, index);
    } catch (error) {
      this.#destination.error(error);
    }
    this.#arriving--;
    this.#completeIfDone();
  }

  error(error: unknown): void {
    this.#destination.error(error);
  }

  complete(): void {
    this.#exhausted = true;
    this.#completeIfDone();
  }

  unsubscribe(): void {
    this.#queue.clear();
    for (const waiting of this.#waiting.values()) {
      waiting.leave();
    }
    this.#waiting.clear();
  }

  /**
   * Queues a value, or lets it join the flight of its key, or lead one. Looks again if a flight ends before it could join. `waiting` is
   * set if queued or postponed values have their turn: the value, and those that wait with it.
   */
  #call(key: K, value: V, index: number, waiting?: Waiting<V, T, R>): void {
    const { inFlight, duplicates, concurrent, resultSelector } = this.#coalescing;
    const queued = this.#queue.size === 0 ? undefined : this.#queue.get(key);
    const found = queued ? undefined : inFlight.current(key);
    if (this.#destination.closed) {
      // `keyFn` may have unsubscribed, or a listener of an event that `current` emitted.
      return;
    }
    const isInNext = found?.isInNext() === true;
    const others = queued ?? this.#waiting.get(isInNext ? found.postponed : found);
    if (others && duplicates === 'join') {
      if (waiting) {
        waiting.moveTo(others);
      } else {
        others.add(value, index);
      }
      return;
    }
    if (
      others ??
      (duplicates === 'ignore' && found && (this.#waiting.has(found) || this.#waiting.has(found.postponed)))
    ) {
      return;
    }
    const mustWait = this.#leading >= concurrent || (!waiting && this.#queue.size > 0);
    waiting ??= new Waiting(this.#destination, resultSelector, value, index);
    if (!found && mustWait) {
      this.#queue.set(key, waiting);
    } else if (isInNext) {
      this.#postpone(found, key, waiting);
    } else {
      this.#board(found, key, waiting);
    }
  }

  #postpone(flight: Flight<K, T>, key: K, waiting: Waiting<V, T, R>): void {
    const postponed = flight.postpone(() => {
      this.#waiting.delete(postponed);
      this.#arriving++;
      this.#call(key, waiting.value, waiting.index, waiting);
      this.#arriving--;
      this.#completeIfDone();
    });
    this.#waiting.set(postponed, waiting);
  }

  #board(found: Flight<K, T> | undefined, key: K, waiting: Waiting<V, T, R>): void {
    const { inFlight, project, settings } = this.#coalescing;
    const flight = found ?? inFlight.lead(key, () => project(waiting.value, waiting.index), settings);
    const leads = !found;
    if (leads) {
      this.#leading++;
    }
    waiting.completed = () => {
      if (this.#waiting.delete(flight)) {
        if (leads) {
          flight.afterTeardown(() => {
            this.#leading--;
            this.#drain();
          });
        } else {
          this.#completeIfDone();
        }
      }
    };
    const ticket = new Ticket(flight, waiting);
    this.#waiting.set(flight, ticket);
    if (!ticket.board()) {
      this.#waiting.delete(flight);
      this.#call(key, waiting.value, waiting.index, waiting);
    }
  }

  /** One loop at a time, so that a long queue of synchronous runs does not recurse deeply. */
  #drain(): void {
    if (this.#draining) {
      return;
    }
    this.#draining = true;
    while (this.#queue.size > 0 && this.#leading < this.#coalescing.concurrent) {
      const [key, waiting] = this.#turns.next().value as [K, Waiting<V, T, R>];
      this.#queue.delete(key);
      this.#call(key, waiting.value, waiting.index, waiting);
    }
    this.#draining = false;
    this.#completeIfDone();
  }

  #completeIfDone(): void {
    // Queued values wait for a run that this subscriber leads.
    if (this.#exhausted && this.#arriving + this.#leading + this.#waiting.size === 0 && !this.#draining) {
      this.#destination.complete();
    }
  }
}
