import type { CallerSeen, FlightSeen } from './flight-seen.js';

/** Whether a caller joined a flight that had ended. In this library that never happens, but `events` may come from other code. */
export function isStale({ joined }: CallerSeen, { ended }: FlightSeen): boolean {
  return ended !== undefined && joined > ended;
}
