import type { ObservableInput, Subscriber } from 'rxjs';
import type { FlightSettings } from './flight-settings.js';
import type { Flight } from './flight.js';
import type { Registry } from './registry.js';
import { Ticket } from './ticket.js';

/** What all subscribers of a {@link coalesceBy} have in common. */
export interface Coalescing<T, K, R> {
  readonly inFlight: Registry<K, R>;
  readonly keyFn: (value: T, index: number) => K;
  readonly project: (value: T, index: number) => ObservableInput<R>;
  readonly settings: FlightSettings;
  readonly ignoreDuplicates: boolean;
  readonly concurrent: number;
}

interface Queued<T> {
  readonly value: T;
  readonly index: number;
  calls: number;
}

/** The calls that one subscriber of {@link coalesceBy} makes, one for each value of the source. */
export class KeyedCalls<T, K, R> {
  readonly #coalescing: Coalescing<T, K, R>;
  readonly #destination: Subscriber<R>;
  /** The flights that this subscriber waits on; by flight, since a forgotten one and its successor have the same key. */
  readonly #tickets = new Map<Flight<K, R>, Ticket<K, R>>();
  readonly #queue = new Map<K, Queued<T>>();
  /** One iterator for as long as the queue lasts: a new one would pass all that has been deleted. */
  #turns = this.#queue.entries();
  #index = 0;
  #leading = 0;
  #draining = false;
  #exhausted = false;

  constructor(coalescing: Coalescing<T, K, R>, destination: Subscriber<R>) {
    this.#coalescing = coalescing;
    this.#destination = destination;
  }

  next(value: T): void {
    const { inFlight, keyFn, ignoreDuplicates, concurrent } = this.#coalescing;
    const index = this.#index++;
    let key: K;
    try {
      key = keyFn(value, index);
    } catch (error) {
      this.#destination.error(error);
      return;
    }
    if (this.#destination.closed) {
      return;
    }
    const queued = this.#queue.get(key);
    if (queued !== undefined) {
      queued.calls += ignoreDuplicates ? 0 : 1;
      return;
    }
    const flight = inFlight.current(key);
    const ticket = flight && this.#tickets.get(flight);
    if (ticket !== undefined) {
      if (!ignoreDuplicates) {
        ticket.call();
      }
    } else if (flight !== undefined || (this.#leading < concurrent && this.#queue.size === 0)) {
      this.#call(key, { value, index, calls: 1 });
    } else {
      this.#queue.set(key, { value, index, calls: 1 });
    }
  }

  error(error: unknown): void {
    this.#destination.error(error);
  }

  complete(): void {
    this.#exhausted = true;
    this.#drain();
  }

  leave(): void {
    this.#queue.clear();
    for (const ticket of this.#tickets.values()) {
      ticket.leave();
    }
    this.#tickets.clear();
  }

  /** Joins the flight of the key or leads one, and looks again where the one that it found ended before it could join. */
  #call(key: K, queued: Queued<T>): void {
    const { inFlight, project, settings } = this.#coalescing;
    let joined: boolean;
    do {
      const found = inFlight.current(key);
      const flight = found ?? inFlight.lead(key, () => project(queued.value, queued.index), settings);
      const slots = found === undefined ? 1 : 0;
      this.#leading += slots;
      const landed = (): void => {
        if (this.#tickets.delete(flight)) {
          this.#leading -= slots;
          this.#drain();
        }
      };
      const ticket = new Ticket(flight, this.#destination, queued.calls, landed);
      this.#tickets.set(flight, ticket);
      joined = ticket.board() || !this.#tickets.delete(flight);
    } while (!joined);
  }

  /** A loop, and only one at a time: a long queue of synchronous runs is not to end in deep recursion. */
  #drain(): void {
    if (this.#draining) {
      return;
    }
    this.#draining = true;
    while (this.#queue.size > 0 && this.#leading < this.#coalescing.concurrent) {
      let turn = this.#turns.next();
      if (turn.done === true) {
        this.#turns = this.#queue.entries();
        turn = this.#turns.next();
      }
      const [key, queued] = turn.value as [K, Queued<T>];
      this.#queue.delete(key);
      this.#call(key, queued);
    }
    this.#draining = false;
    if (this.#exhausted && this.#tickets.size === 0 && this.#queue.size === 0) {
      this.#destination.complete();
    }
  }
}
