import type { InFlightCalls } from './in-flight-calls.js';
import { Registry } from './registry.js';
import { unexpected } from '../config/unexpected.js';

/** The registry that a function was given, or a new one. */
export function registryOf<K, T>(where: string, inFlight: InFlightCalls<K, T> | undefined): Registry<K, T> {
  if (inFlight === undefined) {
    return new Registry();
  }
  if (!isRegistry(inFlight)) {
    throw unexpected(where, 'inFlight', 'a registry made by inFlightCalls()', inFlight);
  }
  return inFlight;
}

/** Checks the brand and the methods, not the class: another copy of this library may have made it. */
function isRegistry<K, T>(value: InFlightCalls<K, T>): value is Registry<K, T> {
  return Reflect.ownKeys(Registry.prototype).every((name) => name in Object(value));
}
