import { counted } from './counted.js';
import type { FlightSeen } from './flight-seen.js';
import { FlightsSeen } from './flights-seen.js';
import { registriesByName } from './registries-by-name.js';
import { roleInWords } from './role-in-words.js';
import { textOf } from './text-of.js';
import type { WatchedFlights, WatchedRegistries } from './watched-flights.js';

const MOST_CALLERS = 5;
const OLDER = 'since before this was watched';

/** The observed flights of each registry, by its `events`. They are garbage-collected with `events`. */
const observed = /* @__PURE__ */ new WeakMap<WatchedFlights['events'], FlightsSeen>();

/**
 * Lists the flights that are in flight now, their callers, and how long they have been waiting, as text: for a terminal, a log, or a
 * page for the operators of a server.
 *
 * The first call for a registry begins to listen to its `events`, so that later calls know when flights started and callers joined.
 * Flights that started before are marked as such. So call it once when the program starts. It listens as long as the registry
 * exists, and remembers only what is in flight. It does not change sharing or errors.
 *
 * A key of several arguments is printed as these arguments. A string that reads as another value is quoted: `"1"` and `1`.
 *
 * @param registries - a registry, an array of them, or an object with registries by their names. Other objects with `events` are
 * accepted too, if `events` is the same Observable in each call
 * @returns a line for each registry, followed by a line for each flight, without control characters
 * @throws TypeError if `registries` contains something without `events`
 * @see {@link showTimeline} for a picture of the same
 *
 * @example
 * ```ts
 * import { NEVER } from 'rxjs';
 * import { coalesced } from 'rxjs-coalesce';
 * import { describeFlights } from 'rxjs-coalesce/timeline';
 *
 * const load = coalesced((id: number) => NEVER);
 * load(1).subscribe();
 * console.log(describeFlights({ things: load.inFlight }));
 *
 * load(2).subscribe();
 * load(2).subscribe();
 * console.log(describeFlights({ things: load.inFlight }).replace(/\d+ ms/g, '… ms'));
 *
 * // Output:
 * // things: 1 in flight
 * //   1: since before this was watched, 1 caller
 * // things: 2 in flight
 * //   1: since before this was watched, 1 caller
 * //   2: flight 2, for … ms, 2 callers (… ms, … ms)
 * ```
 */
export function describeFlights(registries: WatchedRegistries): string {
  const now = performance.now();
  return registriesByName('describeFlights', registries)
    .map(([name, watched]) => {
      const lines = linesOf(watched, now);
      const count = lines.length === 0 ? 'nothing' : lines.length.toLocaleString('en');
      return [`${name && `${textOf(name)}: `}${count} in flight`, ...lines].join('\n  ');
    })
    .join('\n');
}

function linesOf(watched: WatchedFlights, now: number): string[] {
  let seen = observed.get(watched.events);
  if (seen === undefined) observed.set(watched.events, (seen = new FlightsSeen(watched, 0)));
  const { flights } = seen;
  const lines = flights.map((flight) => lineOf(flight, now));
  // Two flights of one key may be older than this observation. When one of them ends, the event does not say which one.
  const known = new Set(flights.filter(({ forgotten }) => forgotten === undefined).map(({ key }) => key));
  for (const key of watched.keys?.() ?? []) {
    const callers = counted(watched.callers?.(key) ?? 0, 'caller');
    if (!known.has(key)) lines.push(`${textOf(key)}: ${OLDER}, ${callers}`);
  }
  return lines;
}

function lineOf(
  { number, name, started, forgotten, roles, callers, waiting, joined, guessed }: FlightSeen,
  now: number,
): string {
  const role = roles.at(-1);
  const parts = [
    number === undefined ? '' : `flight ${number}`,
    started < 0 ? OLDER : `for ${duration(now - started)}`,
    forgotten === undefined ? '' : 'forgotten',
    role === undefined ? '' : roleInWords(role),
    counted(waiting, 'caller'),
  ];
  const present = callers.filter(({ left }) => left === undefined);
  const since = present.slice(0, MOST_CALLERS).map((caller) => {
    return [caller.name, caller.joined < 0 ? '?' : duration(now - caller.joined)].filter(Boolean).join(' ');
  });
  if (waiting > since.length) since.push('…');
  const known = guessed
    ? ` (${joined - waiting} left)`
    : present.every((each) => each.joined < 0)
      ? ''
      : ` (${since.join(', ')})`;
  return `${name}: ${parts.filter(Boolean).join(', ')}${known}`;
}

function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}
