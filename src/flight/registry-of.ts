import type { InFlightCalls } from './in-flight-calls.js';
import { Registry } from './registry.js';
import { unexpected } from '../config/unexpected.js';

/** The registry that a face was given, or one of its own. */
export function registryOf<K, T>(where: string, inFlight: InFlightCalls<K, T> | undefined): Registry<K, T> {
  if (inFlight === undefined) {
    return new Registry();
  }
  if (!(inFlight instanceof Registry)) {
    throw unexpected(where, 'inFlight', 'a registry made by inFlightCalls()', inFlight);
  }
  return inFlight as Registry<K, T>;
}
