import type { Emission, Link, Receiver, Sink } from './broadcast.js';

/** A call that waits on a flight, or several calls of one subscriber that get the same notifications. */
export class Caller<T> implements Receiver<T> {
  readonly sink: Sink<T>;
  cursor!: Emission<T>;
  calls: number;
  left = 0;
  before!: Link;
  after!: Link;
  /** How many of its calls have joined: 0 before it joins, and after it has left. */
  joined = 0;
  readonly #flight: { leave(caller: Caller<T>): void };

  /** `calls`: how many calls join at the start. */
  constructor(sink: Sink<T>, flight: { leave(caller: Caller<T>): void }, calls = 1) {
    this.sink = sink;
    this.calls = calls;
    this.#flight = flight;
  }

  /** Leaves the flight. By this name, a caller can be added to its own subscriber as a finalizer. */
  unsubscribe(): void {
    this.#flight.leave(this);
  }
}
