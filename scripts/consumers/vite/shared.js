import { firstValueFrom, Subject } from 'rxjs';
import { coalesced } from 'rxjs-coalesce';
import { describeFlights } from 'rxjs-coalesce/timeline';
import { webInFlightCalls } from 'rxjs-coalesce/web';

/** What two calls that overlap received, and how many runs they took. */
export async function shared(inFlight = webInFlightCalls('shared')) {
  const source = new Subject();
  let runs = 0;
  const load = coalesced((_id) => (runs++, source), { inFlight });
  const answers = [firstValueFrom(load(1)), firstValueFrom(load(1))];
  const [seen] = describeFlights({ users: load.inFlight }).split('\n');
  // The run begins when the others have been asked.
  while (runs === 0) await new Promise((resolve) => setTimeout(resolve));
  source.next('user 1');
  return { seen, received: await Promise.all(answers), runs };
}
