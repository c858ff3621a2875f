import { filter, firstValueFrom } from 'rxjs';
import type { InFlightCalls } from '../../src/index.js';

/** Waits until this many callers wait on the one flight there is. */
export async function callersOf(inFlight: InFlightCalls<string>, callers: number): Promise<void> {
  const [key] = inFlight.keys();
  if (key === undefined || inFlight.callers(key) !== callers) {
    await firstValueFrom(inFlight.events.pipe(filter((event) => event.callers === callers)));
  }
}
