import type { ObservableInput } from 'rxjs';
import type { FlightConfig } from './flight-config.js';
import { unexpected } from './unexpected.js';

/** A checked {@link FlightConfig} with its defaults. */
export interface FlightSettings {
  readonly bufferSize: number;
  readonly resetOnRefCountZero: boolean | (() => ObservableInput<unknown>);
  /** The first words of the error for a wrong result: they name the function that returned it. */
  readonly blamed: string;
}

/**
 * Checks a configuration and applies its defaults.
 *
 * @param where - the name of the public function, for errors
 * @param config - the configuration that was passed to it
 * @param name - the name of its parameter that makes the runs, for errors
 * @param fn - the argument for that parameter
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
    throw unexpected(where, 'bufferSize', 'a whole number or Infinity', bufferSize);
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
