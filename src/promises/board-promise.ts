import type { ObservableInput } from 'rxjs';
import { Deferred } from './deferred.js';
import type { FlightSettings } from '../config/flight-settings.js';
import type { Flight } from '../flight/flight.js';
import { PromiseCaller } from './promise-caller.js';
import { PromiseFlight } from './promise-flight.js';
import type { Registry } from '../flight/registry.js';

/** Makes a promise call without a signal. All such callers of a flight share one promise. */
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

/** A separate function, so that most calls do not pay for the closure. */
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

/** Makes a promise call with a signal: the caller has its own promise. */
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
      // `keyFn` may have aborted it, or a listener of an event that `current` emitted.
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
    if (!signal && !flight.closed) {
      // Only after it has joined: nobody may share the promise of a caller that was refused.
      flight.promise ??= deferred.promise;
    }
    return deferred.promise;
  };
  return board();
}
