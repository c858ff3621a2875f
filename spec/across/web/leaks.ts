/** Leads and follows flights in one thread, by two participants, prints what is left, and ends by itself. */
import { getActiveResourcesInfo } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { lastValueFrom, timer } from 'rxjs';
import { webInFlightCalls } from 'rxjs-coalesce/web';

const [, , flights = '0'] = process.argv;
const atOnce = 100;
const one = webInFlightCalls<number, number>('leaks');
const two = webInFlightCalls<number, number>('leaks');
const counts = { lead: 0, follow: 0, apart: 0 };
for (const { events } of [one, two]) {
  events.subscribe(({ type }) => {
    if (type in counts) {
      counts[type as keyof typeof counts]++;
    }
  });
}

async function fly(count: number): Promise<void> {
  for (let done = 0; done < count; done += atOnce) {
    await Promise.all(
      Array.from({ length: atOnce }, (_, key) =>
        Promise.all([one, two].map((registry) => lastValueFrom(registry.join(key, () => timer(10))))),
      ),
    );
  }
  await delay(200);
}

function heap(): number {
  (globalThis as unknown as { gc(): void }).gc();
  return process.memoryUsage().heapUsed;
}

await fly(Number(flights) / 5);
const before = heap();
await fly(Number(flights));
const grown = heap() - before;
const { held = [], pending = [] } = await navigator.locks.query();
const isOurs = (resource: string): boolean => !/Pipe|TTY|FSReq/.test(resource);
console.log(
  JSON.stringify({
    ...counts,
    grown,
    locks: held.length + pending.length,
    resources: getActiveResourcesInfo().filter(isOurs),
  }),
);
