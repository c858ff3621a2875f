import { counted } from './counted.js';
import type { FlightSeen } from './flight-seen.js';
import { isStale } from './is-stale.js';
import { roleInWords } from './role-in-words.js';

const endings = {
  complete: 'completed',
  error: 'failed',
  cancel: 'cancelled',
  abort: 'aborted',
  lost: 'lost sight of',
};

/** Describes a flight in words, for people who do not see the picture. */
export function flightInWords(flight: FlightSeen): string {
  const { number, name, callers, joined, waiting, started, ended, ending, error } = flight;
  const stale = callers.filter((caller) => isStale(caller, flight)).length;
  const role = flight.roles.at(-1);
  const parts = [`Flight ${number ?? ''} of ${name}: ${counted(joined - stale, 'caller')}`];
  if (joined > waiting) parts.push(`${joined - waiting} left`);
  if (flight.forgotten !== undefined) parts.push('forgotten');
  if (role !== undefined) parts.push(roleInWords(role));
  if (ended === undefined || ending === undefined) parts.push('under way');
  else if (started < 0) parts.push(endings[ending]);
  else parts.push(`${endings[ending]} after ${Math.round(ended - started)} milliseconds`);
  if (error !== undefined) parts.push(error);
  if (stale > 0) parts.push(`${counted(stale, 'later call')} got its old value`);
  return `${parts.join(', ')}.`;
}
