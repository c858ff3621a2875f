import type { FlightSeen, FlightsSeen } from './observe-flights.js';

const MOST_FLIGHTS = 6;

/** What has happened, for those who do not see the picture. */
export function inWords(seen: FlightsSeen<unknown>): string {
  const { runs, calls, flights } = seen;
  const latest = flights.slice(-MOST_FLIGHTS).map(flightInWords);
  return [`${counted(runs, 'run')} for ${counted(calls, 'call')}.`, ...latest].join(' ');
}

export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function flightInWords({ number, key, callers, waiting, started, ended, ending, forgotten }: FlightSeen): string {
  const left = callers.length - waiting;
  const stale = callers.filter(({ joined }) => ended !== undefined && joined > ended).length;
  const parts = [`Flight ${number} of ${nameOf(key)}: ${counted(callers.length - stale, 'caller')}`];
  if (left > 0) parts.push(`${left} left`);
  if (forgotten !== undefined) parts.push('forgotten');
  if (ended === undefined) parts.push('under way');
  else parts.push(`${said[ending ?? 'complete']} after ${Math.round(ended - started)} milliseconds`);
  if (stale > 0) parts.push(`${counted(stale, 'later call')} got its old value`);
  return `${parts.join(', ')}.`;
}

/** A key as people read it. */
export function nameOf(key: unknown): string {
  const plain = key as string | number;
  return typeof key === 'object' ? JSON.stringify(key) : String(plain);
}

const said = { complete: 'completed', error: 'failed', cancel: 'cancelled', abort: 'aborted' };
