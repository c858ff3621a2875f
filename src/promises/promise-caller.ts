import { EmptyError } from 'rxjs';
import type { Sink } from '../flight/broadcast.js';
import { Caller } from '../flight/caller.js';
import { abortReasonOf } from './abort-reason-of.js';
import type { Deferred } from './deferred.js';
import type { Flight } from '../flight/flight.js';
import type { PostponedCalls } from '../flight/postponed-calls.js';
import { onAbort } from './on-abort.js';

/**
 * A caller that waits by a promise: until its flight settles, for the latest value, or until its own signal aborts.
 *
 * Callers without a signal cannot leave, so that one stands for all those of a flight.
 */
export class PromiseCaller<K, T> implements Sink<T> {
  closed = false;
  readonly #flight: Flight<K, T>;
  readonly #deferred: Pick<Deferred<T>, 'resolve' | 'reject'>;
  readonly #stopListening: (() => void) | undefined;
  readonly #caller: Caller<T>;

  constructor(
    flight: Flight<K, T>,
    deferred: Pick<Deferred<T>, 'resolve' | 'reject'> & Partial<Deferred<T>>,
    signal: AbortSignal | undefined,
  ) {
    this.#flight = flight;
    this.#deferred = deferred;
    this.#caller = new Caller(this, flight, deferred.calls);
    this.#stopListening =
      signal &&
      onAbort(signal, () => {
        this.error(abortReasonOf(signal));
        this.#caller.unsubscribe();
      });
  }

  /**
   * Joins the flight; false where it ended before it could.
   *
   * @param joined - how many of its calls have been counted before
   */
  board(joined = 0): boolean {
    this.#caller.joined = joined;
    // A signal that aborts meanwhile has settled the call, wherever it would have gone.
    const boarded = this.#flight.board(this.#caller) || this.closed;
    if (!boarded) {
      this.#stop();
    }
    return boarded;
  }

  /** Waits for the next notification of the flight, to be made anew by `call`. */
  postpone(call: () => void): PostponedCalls<T> {
    return this.#flight.postpone(() => {
      if (!this.closed) {
        this.#stop();
        call();
      }
    });
  }

  next(): void {
    // The flight keeps its latest value.
  }

  error(error: unknown): void {
    this.#stop();
    this.#deferred.reject(error);
  }

  complete(): void {
    this.#stop();
    const { latest } = this.#flight.broadcast;
    if (latest.index === 0) {
      this.#deferred.reject(new EmptyError());
    } else {
      this.#deferred.resolve(latest.value);
    }
  }

  #stop(): void {
    this.closed = true;
    this.#stopListening?.();
  }
}
