import type { Sink } from '../flight/broadcast.js';
import { Caller } from '../flight/caller.js';
import type { Flight } from '../flight/flight.js';
import { seat } from '../flight/seat.js';

/** The subscriber, for which the end of a flight is not the end. */
class Answers<T> implements Sink<T> {
  readonly #destination: Sink<T>;
  readonly #landed: () => void;

  constructor(destination: Sink<T>, landed: () => void) {
    this.#destination = destination;
    this.#landed = landed;
  }

  get closed(): boolean {
    return this.#destination.closed;
  }

  next(value: T): void {
    this.#destination.next(value);
  }

  error(error: unknown): void {
    this.#destination.error(error);
  }

  complete(): void {
    this.#landed();
  }
}

/**
 * One subscriber's place on a flight, for as many calls as it makes there.
 *
 * Calls that are told alike count as one receiver, and all have one seat in `share()`: a subscription each, as `mergeMap` would make,
 * is quadratic in the calls that wait.
 */
export class Ticket<K, T> {
  readonly #flight: Flight<K, T>;
  readonly #answers: Answers<T>;
  readonly #seat = seat();
  readonly #callers: Caller<T>[] = [];
  #latest: Caller<T>;

  constructor(flight: Flight<K, T>, destination: Sink<T>, calls: number, landed: () => void) {
    this.#flight = flight;
    this.#answers = new Answers(destination, landed);
    this.#latest = this.#caller(calls);
  }

  /** How many calls are joining. */
  get calls(): number {
    return this.#latest.weight;
  }

  /** Joins the flight; false where it ended before it could. */
  board(): boolean {
    return this.#flight.board(this.#latest, this.#seat);
  }

  /** Makes one call more. */
  call(): void {
    if (this.#latest.joined === 0) {
      // Counted with the one that is still joining, or called again with it where the flight ends before.
      this.#latest.weight++;
    } else if (this.#flight.broadcast.isLevel(this.#latest)) {
      this.#latest.weight++;
      this.#latest.joined++;
      this.#flight.countOne();
    } else {
      this.#latest = this.#caller(1);
      this.#flight.admit(this.#latest);
    }
  }

  leave(): void {
    for (const caller of this.#callers) {
      caller.unsubscribe();
    }
    this.#seat.unsubscribe();
  }

  #caller(calls: number): Caller<T> {
    const caller = new Caller(this.#answers, this.#flight, calls);
    this.#callers.push(caller);
    return caller;
  }
}
