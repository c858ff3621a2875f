import { Caller } from '../flight/caller.js';
import type { Flight } from '../flight/flight.js';
import type { Waiting } from './waiting.js';

/**
 * One subscriber's place on a flight, for as many calls as it makes there.
 *
 * Calls that get the same values are one receiver. One subscription per call, as in `mergeMap`, would cost the square of the number of
 * waiting calls.
 */
export class Ticket<V, K, T, R> {
  readonly #flight: Flight<K, T>;
  readonly #callers: Caller<T>[] = [];
  #waiting: Waiting<V, T, R>;
  #latest: Caller<T>;

  constructor(flight: Flight<K, T>, waiting: Waiting<V, T, R>) {
    this.#flight = flight;
    this.#waiting = waiting;
    this.#latest = this.#caller(waiting.calls);
  }

  /** Joins the flight. Returns false if the flight ended first. */
  board(): boolean {
    return this.#flight.board(this.#latest);
  }

  /** Adds one more call. */
  add(value: V, index: number): void {
    const latest = this.#latest;
    if (latest.joined > 0 && !this.#flight.broadcast.isLevel(latest)) {
      this.#waiting = this.#waiting.another(value, index);
      this.#latest = this.#caller(1);
      this.#flight.admit(this.#latest);
      return;
    }
    latest.calls++;
    this.#waiting.add(value, index);
    // Otherwise the caller is still joining. The call is counted with it, or made again with it if the flight ends first.
    if (latest.joined > 0) {
      this.#flight.countOne(latest);
    }
  }

  leave(): void {
    for (const caller of this.#callers) {
      caller.unsubscribe();
    }
  }

  #caller(calls: number): Caller<T> {
    const caller = new Caller(this.#waiting, this.#flight, calls);
    this.#waiting.receiver = caller;
    this.#callers.push(caller);
    return caller;
  }
}
