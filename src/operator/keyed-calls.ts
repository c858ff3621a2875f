import type { ObservableInput, Subscriber } from 'rxjs';
import type { FlightSettings } from '../config/flight-settings.js';
import type { Flight } from '../flight/flight.js';
import type { Registry } from '../flight/registry.js';
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
  /** How many runs that this subscriber leads have not been torn down. */
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
      this.#arrive(this.#coalescing.keyFn(value, index), value, index);
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
    if (this.#queue.has(key) || (this.#queue.size > 0 && this.#coalescing.inFlight.current(key) === undefined)) {
      this.#wait(key, value, index, 1);
    } else {
      this.#call(key, value, index, 1);
    }
  }

  #wait(key: K, value: T, index: number, calls: number): void {
    const queued = this.#queue.get(key);
    if (queued === undefined) {
      this.#queue.set(key, { value, index, calls });
    } else if (!this.#coalescing.ignoreDuplicates) {
      queued.calls += calls;
    }
  }

  #join(ticket: Ticket<K, R>, calls: number): void {
    for (let left = this.#coalescing.ignoreDuplicates ? 0 : calls; left > 0; left--) {
      ticket.call();
    }
  }

  /** Joins the flight of the key or leads one, and looks again where the one that it found ended before it could join. */
  #call(key: K, value: T, index: number, calls: number): void {
    const { inFlight, concurrent } = this.#coalescing;
    for (let left = calls; left > 0;) {
      const found = inFlight.current(key);
      if (this.#destination.closed) {
        // keyFn may have made the subscriber leave, and so may a listener that hears of a flight that is found to be over.
        return;
      }
      if (found === undefined && this.#leading >= concurrent) {
        this.#wait(key, value, index, left);
        return;
      }
      const own = found && this.#tickets.get(found);
      if (own !== undefined) {
        this.#join(own, left);
        return;
      }
      left = this.#board(found, key, value, index, left);
    }
  }

  /** Returns how many calls are to be made again, the flight having ended before they could join. */
  #board(found: Flight<K, R> | undefined, key: K, value: T, index: number, calls: number): number {
    const { inFlight, project, settings } = this.#coalescing;
    const flight = found ?? inFlight.lead(key, () => project(value, index), settings);
    const leads = found === undefined;
    // The end of the subscribing and that of the run: one that ends at once has more to tear down when it has been subscribed to.
    let outstanding = 2;
    const tornDown = (): void => {
      if (--outstanding === 0) {
        this.#leading--;
        this.#drain();
      }
    };
    if (leads) {
      this.#leading++;
    }
    const ticket = new Ticket(flight, this.#destination, calls, () => {
      if (this.#tickets.delete(flight)) {
        if (leads) {
          // The last finalizer of a run that is about to be torn down.
          flight.connection?.add(tornDown);
        } else {
          this.#completeIfDone();
        }
      }
    });
    this.#tickets.set(flight, ticket);
    const joined = ticket.board() || !this.#tickets.delete(flight);
    if (leads) {
      tornDown();
    }
    // Others of the key may have come while it was joining.
    return joined ? 0 : ticket.calls;
  }

  /** A loop, and only one at a time: a long queue of synchronous runs is not to end in deep recursion. */
  #drain(): void {
    if (this.#draining) {
      return;
    }
    this.#draining = true;
    while (this.#queue.size > 0 && this.#leading < this.#coalescing.concurrent) {
      const [key, { value, index, calls }] = this.#turns.next().value as [K, Queued<T>];
      this.#queue.delete(key);
      this.#call(key, value, index, calls);
    }
    this.#draining = false;
    this.#completeIfDone();
  }

  #completeIfDone(): void {
    // Whatever is queued waits for a run that this subscriber leads.
    const isIdle = this.#arriving === 0 && !this.#draining && this.#tickets.size === 0 && this.#leading === 0;
    if (this.#exhausted && isIdle) {
      this.#destination.complete();
    }
  }
}
