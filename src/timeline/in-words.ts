import { counted } from './counted.js';
import { flightInWords } from './flight-in-words.js';
import type { FlightsSeen } from './flights-seen.js';

const MOST_FLIGHTS = 6;

/** Describes the latest flights in words, for people who do not see the picture. */
export function inWords({ runs, calls, flights }: FlightsSeen): string {
  const latest = flights.slice(-MOST_FLIGHTS).map(flightInWords);
  return [`${counted(runs, 'run')} for ${counted(calls, 'call')}.`, ...latest].join(' ');
}
