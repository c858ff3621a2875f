import { isObservable } from 'rxjs';
import { unexpected } from '../config/unexpected.js';
import type { WatchedFlights, WatchedRegistries } from './watched-flights.js';

/** Each registry with its name. The name is empty if none was given. */
export function registriesByName(
  where: string,
  registries: WatchedRegistries,
): readonly (readonly [name: string, watched: WatchedFlights])[] {
  const named: (readonly [string, unknown])[] = isWatched(registries)
    ? [['', registries]]
    : Array.isArray(registries)
      ? registries.map((watched) => ['', watched] as const)
      : typeof registries === 'object' && (registries as unknown) !== null
        ? Object.entries(registries)
        : [['registries', registries]];
  return named.map(([name, watched]) => {
    if (isWatched(watched)) return [name, watched];
    throw unexpected(where, name || 'registries', 'a registry, or an object with its events', watched);
  });
}

function isWatched(value: unknown): value is WatchedFlights {
  return isObservable((value as WatchedFlights | null | undefined)?.events);
}
