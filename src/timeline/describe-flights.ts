import { counted } from './counted.js';
import type { FlightSeen } from './flight-seen.js';
import { FlightsSeen } from './flights-seen.js';
import { registriesByName } from './registries-by-name.js';
import { roleInWords } from './role-in-words.js';
import { textOf } from './text-of.js';
import type { WatchedFlights, WatchedRegistries } from './watched-flights.js';

const MOST_CALLERS = 5;
const OLDER = 'since before this was watched';

/** What is seen of each registry, by its `events`, as long as they are there. */
const observed = /* @__PURE__ */ new WeakMap<WatchedFlights['events'], FlightsSeen>();

/**
 * Says in lines of text what is in flight now, who waits, and since when: for a terminal, a log, or an address of a server for its
 * operators.
 *
 * The first call for a registry begins to listen to its `events`; later calls know since when flights are under way and callers wait. What is
 * older than that is said to be older. So call it once when the program starts. It listens as long as the registry is there, and
 * remembers only what is in flight. Sharing and errors stay as they are.
 *
 * @param registries - a registry, an array of them, or an object that names them; what is no registry must have the same `events` each time
 * @returns a line for each registry, and below it a line for each flight, with no control characters in it
 * @throws TypeError if `registries` has something without `events`
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
  // Of two flights of one key that were there before, events tell only when one ends, not which one it was.
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
