import { PromiseSink } from './promise-sink.js';

/** The same for a caller with a signal of its own: told at once when that aborts, and no longer listening once settled. */
export class SignalSink<T> extends PromiseSink<T> {
  readonly #signal: AbortSignal;
  readonly #leave: () => void;

  constructor(flight: { readonly latest: { readonly value: T } | undefined }, signal: AbortSignal, leave: () => void) {
    super(flight);
    this.#signal = signal;
    this.#leave = leave;
    signal.addEventListener('abort', this);
  }

  handleEvent(): void {
    this.error(this.#signal.reason);
    this.#leave();
  }

  override error(error: unknown): void {
    this.stop();
    super.error(error);
  }

  override complete(): void {
    this.stop();
    super.complete();
  }

  stop(): void {
    this.#signal.removeEventListener('abort', this);
  }
}
