import type { ObservableInput } from 'rxjs';
import type { FlightConfig } from './flight-config.js';
import { unexpected } from './unexpected.js';

/** A checked {@link FlightConfig} with its defaults. */
export interface FlightSettings {
  readonly bufferSize: number;
  readonly resetOnRefCountZero: boolean | (() => ObservableInput<unknown>);
  /** The function that makes the runs, as an error of what it returns begins. */
  readonly blamed: string;
}

/**
 * Checks a configuration, once for all flights of the face that it was passed to.
 *
 * @param where - the name of the face
 * @param config - what it was given
 * @param name - what it calls the function that makes the runs
 * @param fn - that function
 */
export function flightSettings(
  where: string,
  config: FlightConfig,
  name = 'start',
  fn?: { readonly name: string },
): FlightSettings {
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
  return {
    bufferSize,
    resetOnRefCountZero,
    blamed: `${where}: expected "${name}"${fn?.name ? ` (${fn.name})` : ''}`,
  };
}
