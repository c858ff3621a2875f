import { NEVER, type ObservableInput } from 'rxjs';
import type { FlightSettings } from '../config/flight-settings.js';
import { Flight, type Counted, type FlightOwner } from '../flight/flight.js';
import { isPromiseLike } from '../flight/is-promise-like.js';
import { passOn } from '../flight/pass-on.js';
import { runNested } from '../flight/run-nested.js';
import { PromiseCaller } from './promise-caller.js';

/**
 * A run that a promise caller started, for as long as a promise is all there is to it: its callers brought no signal, so none of
 * them can leave, and nobody needs an Observable. When somebody comes who does, a {@link Flight} takes its place.
 */
export class PromiseFlight<K, T> implements Counted<K> {
  key: K;
  callers = 0;
  number = 0;
  // Private to the compiler alone: private names and methods cost a seventh of such a call.
  private readonly owner: FlightOwner<K, T>;
  private readonly settings: FlightSettings;
  private ended = false;
  /** What has taken its place. */
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
    if (this.hasEnded()) {
      return;
    }
    try {
      const input = runNested(fn, self, args);
      if (isPromiseLike<T>(input)) {
        passOn(input, this);
      } else if (!this.hasEnded()) {
        this.toFlight().receive(input);
      }
    } catch (error) {
      this.settle('error', error);
    }
  }

  hasEnded(): boolean {
    return this.flight?.hasEnded() ?? this.ended;
  }

  /** The flight that takes over, with the callers that have joined; the rest of the run is passed on to it. */
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

  /** Frees the key, emits the event and settles the promise, in this order; or leaves that to the flight that has taken over. */
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
    // A promise that never settles keeps its flight, which is to keep nothing of its callers.
    this.key = undefined as K;
    this.promise = this.resolve = this.reject = undefined as never;
  }
}
