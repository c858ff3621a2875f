import { NEVER, type ObservableInput } from 'rxjs';
import type { FlightSettings } from '../config/flight-settings.js';
import { Flight, type FlightOwner } from '../flight/flight.js';
import type { FlightEvent } from '../flight/flight-event.js';
import { isPromiseLike } from '../flight/is-promise-like.js';
import { runNested } from '../flight/run-nested.js';
import { PromiseCaller } from './promise-caller.js';

/**
 * A run that a promise caller started, for as long as a promise is all there is to it: its callers brought no signal, so none of
 * them can leave, and nobody needs an Observable. When somebody comes who does, a {@link Flight} takes its place.
 */
export class PromiseFlight<K, T> {
  callers = 0;
  // Private to the compiler alone: private names and methods cost a seventh of such a call.
  private readonly owner: FlightOwner<K, T>;
  private key: K;
  private readonly settings: FlightSettings;
  private number = 0;
  private ended = false;
  private successor: Flight<K, T> | undefined;
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

  joinPromise(): Promise<T> {
    // A listener may end the flight while the caller is being counted.
    const { promise } = this;
    this.callers++;
    if (this.number === 0) {
      this.number = ++this.owner.started;
      this.emit('start');
    } else {
      this.emit('join');
    }
    return promise;
  }

  run<This, A extends unknown[]>(fn: (this: This, ...args: A) => ObservableInput<T>, self: This, args: A): void {
    if (this.hasEnded()) {
      return;
    }
    try {
      const input = runNested(fn, self, args);
      if (this.successor === undefined && isPromiseLike<T>(input)) {
        // Once, whoever comes: a lazy thenable runs each time.
        input.then(
          (value) => {
            if (this.successor === undefined) {
              this.settle('complete', value);
            } else {
              this.successor.fulfil(value);
            }
          },
          (error: unknown) => {
            this.fail(error);
          },
        );
      } else if (isPromiseLike<T>(input) || !this.hasEnded()) {
        this.toFlight().receive(input);
      }
    } catch (error) {
      this.fail(error);
    }
  }

  hasEnded(): boolean {
    return this.successor?.hasEnded() ?? this.ended;
  }

  /** The flight that takes over, with the callers that have joined; the rest of the run is passed on to it. */
  toFlight(): Flight<K, T> {
    if (this.successor === undefined) {
      const flight = new Flight(this.owner, this.key, () => NEVER, this.settings);
      this.successor = flight;
      flight.promise = this.promise;
      this.owner.free(this.key, this, flight);
      new PromiseCaller(flight, this, undefined).boardFor(this.callers, this.number);
    }
    return this.successor;
  }

  forget(): void {
    if (!this.ended) {
      this.emit('forget');
    }
  }

  abort(reason: unknown): void {
    this.settle('abort', reason);
  }

  private fail(error: unknown): void {
    if (this.successor === undefined) {
      this.settle('error', error);
    } else {
      this.successor.fail(error);
    }
  }

  /** Frees the key, emits the event and settles the promise, in this order. */
  private settle(type: 'complete' | 'error' | 'abort', result: unknown): void {
    if (this.ended) {
      return;
    }
    this.ended = true;
    this.owner.free(this.key, this);
    if (type === 'complete') {
      this.emit(type);
      this.resolve(result as T);
    } else {
      this.emit(type, result);
      this.reject(result);
    }
    // A promise that never settles keeps its flight, which is to keep nothing of its callers.
    this.key = undefined as K;
    this.promise = this.resolve = this.reject = undefined as never;
  }

  private emit(type: FlightEvent<K>['type'], error?: unknown): void {
    if (this.owner.observed) {
      this.owner.emit(type, this.key, this.number, this.callers, error);
    }
  }
}
