import type { ObservableInput } from 'rxjs';
import { abortReasonOf } from './abort-reason-of.js';
import { Deferred } from './deferred.js';
import type { FlightSettings } from '../config/flight-settings.js';
import type { Flight } from '../flight/flight.js';
import { PromiseCaller } from './promise-caller.js';
import { PromiseFlight } from './promise-flight.js';
import type { Registry } from '../flight/registry.js';

/** Makes a promise caller without a signal, which shares its promise with all others of the flight. */
export function boardPromise<This, A extends unknown[], K, T>(
  inFlight: Registry<K, T>,
  key: K,
  fn: (this: This, ...args: A) => ObservableInput<T>,
  self: This,
  args: A,
  settings: FlightSettings,
): Promise<T> {
  const found = inFlight.get(key);
  if (found === undefined) {
    const flight = new PromiseFlight(inFlight, key, settings);
    inFlight.set(key, flight);
    const promise = flight.joinPromise();
    flight.run(fn, self, args);
    return promise;
  }
  const promise = found.joinPromise();
  if (promise !== undefined) {
    return promise;
  }
  const flight = found.full();
  if (flight !== undefined) {
    const deferred = new Deferred<T>();
    if (new PromiseCaller(flight, deferred, undefined).board()) {
      if (!flight.hasEnded()) {
        // Not before: nobody is to wait for what a refused caller waits for.
        flight.promise ??= deferred.promise;
      }
      return deferred.promise;
    }
  }
  return boardPromise(inFlight, key, fn, self, args, settings);
}

/** Makes a promise caller with a signal, and so with a promise of its own. */
export function boardPromiseWith<K, T>(
  signal: AbortSignal,
  inFlight: Registry<K, T>,
  key: K,
  start: (flight: Flight<K, T>) => ObservableInput<T>,
  settings: FlightSettings,
): Promise<T> {
  const found = inFlight.current(key);
  // keyFn may have aborted it, and so may a listener that hears of a flight that is found to be over.
  if (signal.aborted) {
    throw abortReasonOf(signal);
  }
  const flight = found ?? inFlight.lead(key, start, settings);
  const deferred = new Deferred<T>();
  const boarded = new PromiseCaller(flight, deferred, signal).board();
  return boarded ? deferred.promise : boardPromiseWith(signal, inFlight, key, start, settings);
}
