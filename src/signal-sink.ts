import type { Sink } from './broadcast.js';

interface Delivery<T> {
  deliver(resolve: (value: T) => void, reject: (reason: unknown) => void): void;
}

/** A promise caller with a signal of its own: a promise that follows the flight until the signal aborts. */
export class SignalSink<T> implements Sink<T> {
  closed = false;
  readonly promise: Promise<T>;
  readonly #flight: Delivery<T>;
  readonly #signal: AbortSignal;
  readonly #leave: () => void;
  #resolve!: (value: T) => void;
  #reject!: (reason: unknown) => void;

  constructor(flight: Delivery<T>, signal: AbortSignal, leave: () => void) {
    this.#flight = flight;
    this.#signal = signal;
    this.#leave = leave;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    signal.addEventListener('abort', this);
  }

  handleEvent(): void {
    this.error(this.#signal.reason);
    this.#leave();
  }

  next(): void {
    // The flight knows its latest value.
  }

  error(error: unknown): void {
    this.stop();
    this.#reject(error);
  }

  complete(): void {
    this.stop();
    this.#flight.deliver(this.#resolve, this.#reject);
  }

  /** Leaves nothing behind at the signal. */
  stop(): void {
    this.closed = true;
    this.#signal.removeEventListener('abort', this);
  }
}
