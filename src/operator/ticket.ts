import { Caller } from '../flight/caller.js';
import type { Flight } from '../flight/flight.js';
import type { Waiting } from './waiting.js';

/**
 * One subscriber's place on a flight, for as many calls as it makes there.
 *
 * Calls that are notified alike count as one receiver: a subscription each, as `mergeMap` would make, is quadratic in the calls that wait.
 */
export class Ticket<V, K, T, R> {
  readonly #flight: Flight<K, T>;
  /** Those that are notified of different results. */
  readonly #waiting: Waiting<V, T, R>[] = [];
  #latest: Caller<T>;

  constructor(flight: Flight<K, T>, waiting: Waiting<V, T, R>) {
    this.#flight = flight;
    this.#latest = this.#enter(waiting);
  }

  /** Joins the flight; false where it ended before it could. */
  board(): boolean {
    return this.#flight.board(this.#latest);
  }

  /** Makes one call more. */
  add(value: V, index: number): void {
    const latest = this.#latest;
    const waiting = this.#waiting.at(-1) as Waiting<V, T, R>;
    if (latest.joined > 0 && !this.#flight.broadcast.isLevel(latest)) {
      this.#latest = this.#enter(waiting.another(value, index));
      this.#flight.admit(this.#latest);
      return;
    }
    latest.calls++;
    waiting.add(value, index);
    // Otherwise it is counted with the one that is still joining, or called again with it where the flight ends before.
    if (latest.joined > 0) {
      this.#flight.count(latest);
    }
  }

  leave(): void {
    for (const waiting of this.#waiting) {
      waiting.leave();
    }
  }

  #enter(waiting: Waiting<V, T, R>): Caller<T> {
    this.#waiting.push(waiting);
    return (waiting.receiver = new Caller(waiting, this.#flight, waiting.calls));
  }
}
