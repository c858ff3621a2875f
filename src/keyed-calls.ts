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
  /** One iterator for ever: a new one would pass all that has been deleted, and this one has passed nothing that is left. */
  readonly #turns = this.#queue.entries();
  #index = 0;
  /** How many source values are on their way to a flight or the queue, one inside another. */
  #arriving = 0;
  #leading = 0;
  #draining = false;
  #exhausted = false;

  constructor(coalescing: Coalescing<T, K, R>, destination: Subscriber<R>) {
    this.#coalescing = coalescing;
    this.#destination = destination;
  }

  next(value: T): void {
    const index = this.#index++;
    this.#arriving++;
    try {
      const key = this.#coalescing.keyFn(value, index);
      if (!this.#destination.closed) {
        this.#arrive(key, value, index);
      }
    } catch (error) {
      this.#destination.error(error);
    }
    this.#arriving--;
    this.#completeIfDone();
  }

  complete(): void {
    this.#exhausted = true;
    this.#completeIfDone();
  }

  leave(): void {
    this.#queue.clear();
    for (const ticket of this.#tickets.values()) {
      ticket.leave();
    }
    this.#tickets.clear();
  }

  #arrive(key: K, value: T, index: number): void {
    const call = { value, index, calls: 1 };
    const queue = this.#queue;
    if (queue.has(key) || (queue.size > 0 && this.#coalescing.inFlight.current(key) === undefined)) {
      this.#wait(key, call);
    } else {
      this.#call(key, call);
    }
  }

  #wait(key: K, call: Queued<T>): void {
    const queued = this.#queue.get(key);
    if (queued === undefined) {
      this.#queue.set(key, call);
    } else if (!this.#coalescing.ignoreDuplicates) {
      queued.calls += call.calls;
    }
  }

  #join(ticket: Ticket<K, R>, calls: number): void {
    for (let left = this.#coalescing.ignoreDuplicates ? 0 : calls; left > 0; left--) {
      ticket.call();
    }
  }

  /** Joins the flight of the key or leads one, and looks again where the one that it found ended before it could join. */
  #call(key: K, call: Queued<T>): void {
    const { inFlight, project, settings, concurrent } = this.#coalescing;
    let joined = false;
    while (!joined) {
      const found = inFlight.current(key);
      if (this.#destination.closed) {
        // Looking may have ended a flight, and a listener that hears of it may make the subscriber leave.
        return;
      }
      if (found === undefined && this.#leading >= concurrent) {
        this.#wait(key, call);
        return;
      }
      const flight = found ?? inFlight.lead(key, () => project(call.value, call.index), settings);
      const own = this.#tickets.get(flight);
      if (own !== undefined) {
        this.#join(own, call.calls);
        return;
      }
      const slots = found === undefined ? 1 : 0;
      this.#leading += slots;
      const ticket = new Ticket(flight, this.#destination, call.calls, () => {
        if (this.#tickets.delete(flight)) {
          this.#leading -= slots;
          this.#drain();
        }
      });
      this.#tickets.set(flight, ticket);
      joined = ticket.board() || !this.#tickets.delete(flight);
      // Others of the key may have come while it was joining.
      call.calls = ticket.calls;
    }
  }

  /** A loop, and only one at a time: a long queue of synchronous runs is not to end in deep recursion. */
  #drain(): void {
    if (this.#draining) {
      return;
    }
    this.#draining = true;
    while (this.#queue.size > 0 && this.#leading < this.#coalescing.concurrent) {
      const [key, queued] = this.#turns.next().value as [K, Queued<T>];
      this.#queue.delete(key);
      this.#call(key, queued);
    }
    this.#draining = false;
    this.#completeIfDone();
  }

  #completeIfDone(): void {
    if (
      this.#exhausted &&
      this.#arriving === 0 &&
      !this.#draining &&
      this.#tickets.size === 0 &&
      this.#queue.size === 0
    ) {
      this.#destination.complete();
    }
  }
}
