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
  if (found === undefined && inFlight.hasLightFlights) {
    const flight = new PromiseFlight(inFlight, key, settings);
    inFlight.set(key, flight);
    // A listener may end the flight while the caller is being counted.
    const { promise } = flight;
    inFlight.count(flight);
    flight.run(fn, self, args);
    return promise;
  }
  const promise = found?.sharedPromise();
  if (found === undefined || promise === undefined) {
    return boardAlone(inFlight, key, fn, self, args, settings);
  }
  inFlight.count(found);
  return promise;
}

/** In a scope of its own, which most calls need not have. */
function boardAlone<This, A extends unknown[], K, T>(
  inFlight: Registry<K, T>,
  key: K,
  fn: (this: This, ...args: A) => ObservableInput<T>,
  self: This,
  args: A,
  settings: FlightSettings,
): Promise<T> {
  return boardPromiseWith(undefined, inFlight, key, () => fn.apply(self, args), settings);
}

/** Makes a promise caller that is counted by itself: one with a signal has a promise of its own. */
export function boardPromiseWith<K, T>(
  signal: AbortSignal | undefined,
  inFlight: Registry<K, T>,
  key: K,
  start: (flight: Flight<K, T>) => ObservableInput<T>,
  settings: FlightSettings,
  deferred = new Deferred<T>(),
): Promise<T> {
  const found = inFlight.current(key);
  if (signal?.aborted === true) {
    // By keyFn, or by a listener of the end of a flight that is found to be over.
    deferred.reject(abortReasonOf(signal));
    return deferred.promise;
  }
  if (found?.isInNext() === true) {
    const shared = signal === undefined ? found.postponed?.shared : undefined;
    if (shared !== undefined) {
      shared.calls++;
      return shared.promise;
    }
    const postponed = new PromiseCaller(found, deferred, signal).postpone(() => {
      void boardPromiseWith(signal, inFlight, key, start, settings, deferred);
    });
    if (signal === undefined) {
      postponed.shared = deferred;
    }
    return deferred.promise;
  }
  const flight = found ?? inFlight.lead(key, start, settings);
  if (!new PromiseCaller(flight, deferred, signal).board()) {
    return boardPromiseWith(signal, inFlight, key, start, settings, deferred);
  }
  if (signal === undefined && !flight.hasEnded()) {
    // Not before: nobody is to wait for what a refused caller waits for.
    flight.promise ??= deferred.promise;
  }
  return deferred.promise;
}
