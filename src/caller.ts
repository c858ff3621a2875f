import { Receiver, type Sink } from './broadcast.js';

/** A call that waits on a flight, or several calls of one subscriber that are told alike. */
export class Caller<T> extends Receiver<T> {
  /** How many of its calls have joined: none before it has, and none once it has left. */
  joined = 0;
  readonly #flight: { leave(caller: Caller<T>): void };

  /** `calls` is how many are to join at first. */
  constructor(sink: Sink<T>, flight: { leave(caller: Caller<T>): void }, calls = 1) {
    super(sink, calls);
    this.#flight = flight;
  }

  /** Makes it the finalizer of its own subscriber. */
  unsubscribe(): void {
    this.#flight.leave(this);
  }
}
