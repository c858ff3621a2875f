import type { Emission, Receiver, Sink } from './broadcast.js';

/** A call that waits on a flight, or several calls of one subscriber that are notified alike. */
export class Caller<T> implements Receiver<T> {
  readonly sink: Sink<T>;
  cursor!: Emission<T>;
  calls: number;
  left = 0;
  previous: Receiver<T> | undefined;
  next: Receiver<T> | undefined;
  /** How many of its calls have joined: none before it has, and none once it has left. */
  joined = 0;
  readonly #flight: { leave(caller: Caller<T>): void };

  /** `calls` is how many are to join at first. */
  constructor(sink: Sink<T>, flight: { leave(caller: Caller<T>): void }, calls = 1) {
    this.sink = sink;
    this.calls = calls;
    this.#flight = flight;
  }

  /** Makes it the finalizer of its own subscriber. */
  unsubscribe(): void {
    this.#flight.leave(this);
  }
}
