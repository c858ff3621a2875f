import { Receiver, type Sink } from './broadcast.js';

/** A call that waits on a flight, or several calls of one subscriber that are told alike. */
export class Caller<T> extends Receiver<T> {
  /** How many calls are to join at first; `weight` is how many have, and 0 before it has joined and once it has left. */
  readonly calls: number;
  readonly #flight: { leave(caller: Caller<T>): void };

  constructor(sink: Sink<T>, flight: { leave(caller: Caller<T>): void }, calls = 1) {
    super(sink, 0);
    this.#flight = flight;
    this.calls = calls;
  }

  /** Makes it the finalizer of its own subscriber. */
  unsubscribe(): void {
    this.#flight.leave(this);
  }
}
