import { isObservable } from 'rxjs';
import { unexpected } from '../config/unexpected.js';
import type { WatchedFlights, WatchedRegistries } from './watched-flights.js';

/** Each registry with its name; the name is empty where none was given. */
export function registriesByName(
  where: string,
  registries: WatchedRegistries,
): readonly (readonly [name: string, watched: WatchedFlights])[] {
  const named: [string, unknown][] = isWatched(registries)
    ? [['', registries]]
    : Array.isArray(registries)
      ? registries.map((each) => ['', each])
      : Object.entries(Object(registries) as object);
  return named.map(([name, watched]) => {
    if (!isWatched(watched))
      throw unexpected(where, name || 'registries', 'a registry, or something with its events', watched);
    return [name, watched];
  });
}

function isWatched(value: unknown): value is WatchedFlights {
  return isObservable((value as WatchedFlights | null | undefined)?.events);
}
