import { EmptyError } from 'rxjs';
import type { Sink } from '../flight/broadcast.js';
import { Caller } from '../flight/caller.js';
import type { Deferred } from './deferred.js';
import type { Flight } from '../flight/flight.js';
import { onAbort } from './on-abort.js';

/**
 * A caller that waits by a promise: until its flight settles, for the latest value, or until its own signal aborts.
 *
 * Callers without a signal cannot leave, so that one stands for all those of a flight.
 */
export class PromiseCaller<K, T> implements Sink<T> {
  closed = false;
  readonly #deferred: Pick<Deferred<T>, 'resolve' | 'reject'> & Partial<Deferred<T>>;
  readonly #stopListening: (() => void) | undefined;
  #flight: Flight<K, T> | undefined;
  #caller: Caller<T> | undefined;

  constructor(deferred: Pick<Deferred<T>, 'resolve' | 'reject'> & Partial<Deferred<T>>, signal?: AbortSignal) {
    this.#deferred = deferred;
    this.#stopListening =
      signal &&
      onAbort(signal, (reason) => {
        this.error(reason);
        this.#caller?.unsubscribe();
      });
  }

  /**
   * Joins a flight; false where it ended before it could.
   *
   * @param joined - how many of its calls have been counted before
   */
  board(flight: Flight<K, T>, joined = 0): boolean {
    this.#flight = flight;
    this.#caller = new Caller(this, flight, this.#deferred.calls);
    this.#caller.joined = joined;
    // A signal that aborts meanwhile has settled the call, wherever it would have gone.
    return flight.board(this.#caller) || this.closed;
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
    const { latest } = (this.#flight as Flight<K, T>).broadcast;
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
