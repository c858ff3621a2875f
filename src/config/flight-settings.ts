import type { ObservableInput } from 'rxjs';
import type { FlightConfig } from './flight-config.js';
import { unexpected } from './unexpected.js';

/** A checked {@link FlightConfig} with its defaults. */
export interface FlightSettings {
  readonly bufferSize: number;
  readonly resetOnRefCountZero: boolean | (() => ObservableInput<unknown>);
}

/** Checks a configuration, once for all flights of the face that it was passed to. */
export function flightSettings(where: string, config: FlightConfig): FlightSettings {
  if (typeof config !== 'object' || (config as unknown) === null) {
    throw unexpected(where, 'config', 'an object', config);
  }
  const { bufferSize = Infinity, resetOnRefCountZero = true } = config;
  if (!(bufferSize === Infinity || (Number.isInteger(bufferSize) && bufferSize >= 0))) {
    throw unexpected(where, 'bufferSize', 'an integer of at least 0 or Infinity', bufferSize);
  }
  if (typeof resetOnRefCountZero !== 'boolean' && typeof resetOnRefCountZero !== 'function') {
    throw unexpected(where, 'resetOnRefCountZero', 'a boolean or a function', resetOnRefCountZero);
  }
  return { bufferSize, resetOnRefCountZero };
}
