import type { CallerSeen, FlightSeen } from './flight-seen.js';

/** Whether a caller was answered by a run that was over. Those of this library never are; a run by hand may do that. */
export function isStale({ joined }: CallerSeen, { ended }: FlightSeen): boolean {
  return ended !== undefined && joined > ended;
}
