import { NEVER, type ObservableInput } from 'rxjs';
import type { FlightSettings } from '../config/flight-settings.js';
import { Flight, type Counted, type FlightOwner } from '../flight/flight.js';
import { isPromiseLike } from '../flight/is-promise-like.js';
import { passOn } from '../flight/pass-on.js';
import { runNested } from '../flight/run-nested.js';
import { PromiseCaller } from './promise-caller.js';

/**
 * A light flight: the run of promise callers without a signal. They cannot leave, and nobody needs an Observable, so one promise is
 * enough. When a caller comes that needs more, a {@link Flight} replaces it.
 */
export class PromiseFlight<K, T> implements Counted<K> {
  key: K;
  callers = 0;
  number = 0;
  // TypeScript's `private`, not `#`: private names and methods make such a call a seventh slower.
  private readonly owner: FlightOwner<K, T>;
  private readonly settings: FlightSettings;
  private ended = false;
  /** The flight that has replaced it. */
  private flight: Flight<K, T> | undefined;
  resolve!: (value: T | PromiseLike<T>) => void;
  reject!: (reason: unknown) => void;
  promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor(owner: FlightOwner<K, T>, key: K, settings: FlightSettings) {
    this.owner = owner;
    this.key = key;
    this.settings = settings;
  }

  sharedPromise(): Promise<T> {
    return this.promise;
  }

  run<This, A extends unknown[]>(fn: (this: This, ...args: A) => ObservableInput<T>, self: This, args: A): void {
    if (this.closed) {
      return;
    }
    try {
      const input = runNested(fn, self, args);
      if (isPromiseLike<T>(input)) {
        passOn(input, this);
        // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- the function may have ended it
      } else if (!this.closed) {
        this.toFlight().receive(input);
      }
    } catch (error) {
      this.settle('error', error);
    }
  }

  get closed(): boolean {
    return this.flight?.closed ?? this.ended;
  }

  /** The flight that replaces it. It takes over the callers, and the outcome of the run is passed on to it. */
  toFlight(): Flight<K, T> {
    if (!this.flight) {
      const flight = new Flight(this.owner, this.key, () => NEVER, this.settings);
      this.flight = flight;
      flight.callers = this.callers;
      flight.number = this.number;
      flight.promise = this.promise;
      this.owner.free(this, flight);
      new PromiseCaller<K, T>(this).board(flight, 1);
    }
    return this.flight;
  }

  forget(): void {
    if (!this.ended) {
      this.owner.emit('forget', this);
    }
  }

  abort(reason: unknown): void {
    this.settle('abort', reason);
  }

  /** Frees the key, emits the event and settles the promise, in this order, or leaves that to the flight that has replaced it. */
  settle(type: 'complete' | 'error' | 'abort', result: unknown): void {
    if (this.flight && type !== 'abort') {
      this.flight.settle(type, result);
      return;
    }
    if (this.ended) {
      return;
    }
    this.ended = true;
    this.owner.free(this);
    this.owner.emit(type, this, result);
    if (type === 'complete') {
      this.resolve(result as T);
    } else {
      this.reject(result);
    }
    // A user's promise that never settles keeps the flight in memory, so release what belongs to the callers.
    this.key = undefined as K;
    this.promise = this.resolve = this.reject = undefined as never;
  }
}
