import type { InFlightCalls } from './in-flight-calls.js';
import { registryBrand } from './registry-brand.js';
import { Registry } from './registry.js';
import { unexpected } from '../config/unexpected.js';

/** The registry that a function was given, or a new one. */
export function registryOf<K, T>(where: string, inFlight: InFlightCalls<K, T> = new Registry()): Registry<K, T> {
  if (!isRegistry(inFlight)) {
    throw unexpected(where, 'inFlight', 'made by inFlightCalls()', inFlight);
  }
  return inFlight;
}

/** Checks the brand, not the class: another copy of this library may have made it. */
function isRegistry<K, T>(value: InFlightCalls<K, T>): value is Registry<K, T> {
  return registryBrand in Object(value);
}
