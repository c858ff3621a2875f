import type { Sink } from './broadcast.js';
import { Caller } from './caller.js';
import type { Flight } from './flight.js';
import { seat } from './seat.js';

/** Tells a subscriber everything as many times as it has calls waiting. */
class Answers<T> implements Sink<T> {
  caller: Caller<T> | undefined = undefined;
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
    for (let left = this.caller?.weight ?? 0; left > 0 && !this.closed; left--) {
      this.#destination.next(value);
    }
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
  readonly #destination: Sink<T>;
  readonly #landed: () => void;
  readonly #seat = seat();
  readonly #callers: Caller<T>[] = [];
  #latest: Caller<T>;

  constructor(flight: Flight<K, T>, destination: Sink<T>, calls: number, landed: () => void) {
    this.#flight = flight;
    this.#destination = destination;
    this.#landed = landed;
    this.#latest = this.#caller(calls);
  }

  /** Joins the flight; false where it ended before it could. */
  board(): boolean {
    return this.#flight.board(this.#latest, this.#seat);
  }

  /** Makes one call more. */
  call(): void {
    if (this.#flight.isLevel(this.#latest)) {
      this.#flight.admitAgain(this.#latest);
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
    const answers = new Answers(this.#destination, this.#landed);
    const caller = new Caller(answers, this.#flight, calls);
    answers.caller = caller;
    this.#callers.push(caller);
    return caller;
  }
}
