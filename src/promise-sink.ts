import { EmptyError } from 'rxjs';
import type { Sink } from './broadcast.js';

/** Settles a promise as its flight settles: with the latest value, or `EmptyError` if there is none. */
export class PromiseSink<T> implements Sink<T> {
  closed = false;
  readonly promise: Promise<T>;
  readonly #flight: { readonly latest: { readonly value: T } | undefined };
  #resolve!: (value: T) => void;
  #reject!: (reason: unknown) => void;

  constructor(flight: { readonly latest: { readonly value: T } | undefined }) {
    this.#flight = flight;
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  next(): void {
    // The flight knows the latest value.
  }

  error(error: unknown): void {
    this.closed = true;
    this.#reject(error);
  }

  complete(): void {
    this.closed = true;
    const { latest } = this.#flight;
    if (latest === undefined) {
      this.#reject(new EmptyError());
    } else {
      this.#resolve(latest.value);
    }
  }
}
