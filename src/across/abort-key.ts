import { Following } from './following.js';
import type { Participant } from './participant.js';

/** Ends the flight that has the key, wherever it runs. */
export async function abortKey(participant: Participant, key: string | undefined, reason: unknown): Promise<void> {
  const flight = await participant.release(key);
  const run = participant.led.get(flight as string);
  if (run !== undefined) {
    run.abort(reason);
  } else if (flight !== undefined) {
    new Following(participant, flight).abort(reason);
  }
}
