import type { ObservableInput } from 'rxjs';
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
  let light: PromiseFlight<K, T> | undefined;
  if (!found && !inFlight.isAcross) {
    light = new PromiseFlight(inFlight, key, settings);
    inFlight.set(key, light);
  }
  const flight = light ?? found;
  const promise = flight?.sharedPromise();
  if (!flight || !promise) {
    return boardAlone(inFlight, key, fn, self, args, settings);
  }
  // A listener may end the flight meanwhile.
  inFlight.count(flight);
  light?.run(fn, self, args);
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
): Promise<T> {
  const deferred = new Deferred<T>();
  const caller = new PromiseCaller<K, T>(deferred, signal);
  const board = (): Promise<T> => {
    const found = inFlight.current(key);
    if (caller.closed) {
      // By keyFn, or by a listener of the end of a flight that is found to be over.
      return deferred.promise;
    }
    if (found?.isInNext()) {
      const shared = signal ? undefined : found.postponed?.shared;
      if (shared) {
        shared.calls++;
        return shared.promise;
      }
      const postponed = found.postpone(() => {
        void board();
      });
      if (!signal) {
        postponed.shared = deferred;
      }
      return deferred.promise;
    }
    const flight = found ?? inFlight.lead(key, start, settings);
    if (!caller.board(flight)) {
      return board();
    }
    if (!signal && !flight.hasEnded()) {
      // Not before: nobody is to wait for what a refused caller waits for.
      flight.promise ??= deferred.promise;
    }
    return deferred.promise;
  };
  return board();
}
