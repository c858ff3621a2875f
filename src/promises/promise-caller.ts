import { EmptyError } from 'rxjs';
import type { Sink } from '../flight/broadcast.js';
import { Caller } from '../flight/caller.js';
import type { Deferred } from './deferred.js';
import type { Flight } from '../flight/flight.js';
import { onAbort } from './on-abort.js';

/**
 * A caller with a promise. It settles when the flight ends, with the latest value, or when its own signal aborts.
 *
 * Callers without a signal cannot leave, so one `PromiseCaller` stands for all of them on a flight.
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
   * Joins a flight. Returns false if the flight ended first.
   *
   * @param joined - how many of its calls have been counted before
   */
  board(flight: Flight<K, T>, joined = 0): boolean {
    this.#flight = flight;
    this.#caller = new Caller(this, flight, this.#deferred.calls);
    this.#caller.joined = joined;
    // If the signal aborted meanwhile, the call is settled, and must not look for another flight.
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
