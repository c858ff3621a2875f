/** What one thread measures, in turns, so that all it compares has the same machine. */
import { performance } from 'node:perf_hooks';
import { parentPort } from 'node:worker_threads';
import { lastValueFrom, of, tap, timer } from 'rxjs';
import { coalesced, inFlightCalls } from '../../dist/index.mjs';
import { webInFlightCalls } from '../../dist/across/web/index.mjs';

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const registry = webInFlightCalls('bench');

const tasks = {
  /** One after another: a bare lock and its release, and a flight. In ms. */
  async lead() {
    const load = coalesced(() => of('answer'), { inFlight: registry });
    const [bare, flight] = [[], []];
    for (let turn = 0; turn < 2000; turn++) {
      bare.push(await timed(() => claimAndFree(`bare ${turn}`)));
      flight.push(await timed(() => lastValueFrom(load())));
    }
    return { bare: median(bare.slice(1000)), flight: median(flight.slice(1000)) };
  },

  /** A hundred callers more for a flight that is under way. In ms. */
  async join() {
    const samples = { within: [], across: [] };
    for (let turn = 0; turn < 400; turn++) {
      for (const [name, inFlight] of [
        ['within', inFlightCalls()],
        ['across', registry],
      ]) {
        const start = () => timer(5);
        const answers = [lastValueFrom(inFlight.join('key', start))];
        const begin = performance.now();
        for (let call = 0; call < 100; call++) answers.push(lastValueFrom(inFlight.join('key', start)));
        samples[name].push(performance.now() - begin);
        await Promise.all(answers);
      }
    }
    return { within: median(samples.within.slice(200)), across: median(samples.across.slice(200)) };
  },

  /** So many callers of one key, which takes 50 ms. Returns when the last one was answered, and how many runs there were here. */
  async herd({ callers }) {
    let runs = 0;
    const load = coalesced(() => (runs++, timer(50)), { inFlight: registry });
    await Promise.all(Array.from({ length: callers }, () => lastValueFrom(load('herd'))));
    return runs;
  },

  /** Follows, and replies when it has been notified. */
  async follow() {
    return lastValueFrom(registry.join('follow', () => of('apart')));
  },

  /** Leads, and replies with when the value was emitted. */
  async emit() {
    let at = 0;
    const emitted = tap(() => (at = performance.timeOrigin + performance.now()));
    await lastValueFrom(registry.join('follow', () => timer(50).pipe(emitted)));
    return at;
  },

  /** Leads forever. */
  async hold() {
    registry.join('takeover', () => timer(1e9)).subscribe();
    await new Promise((resolve) => registry.events.subscribe(({ type }) => type === 'lead' && resolve()));
  },

  /** Waits for a leader, and takes over. */
  async wait() {
    let follows;
    const following = new Promise((resolve) => (follows = resolve));
    registry.events.subscribe(({ type }) => type === 'follow' && follows());
    registry.join('takeover', () => of('taken')).subscribe(() => parentPort.postMessage({ taken: true }));
    await following;
  },
};

/** A lock that is taken, held until that is known, and given back, until that is known. */
async function claimAndFree(name) {
  let released;
  const release = await new Promise((granted) => {
    released = navigator.locks.request(name, { ifAvailable: true }, () => new Promise((settle) => granted(settle)));
  });
  release();
  await released;
}

async function timed(act) {
  const begin = performance.now();
  await act();
  return performance.now() - begin;
}

parentPort.on('message', async ({ task, ...options }) => {
  const result = await tasks[task](options);
  parentPort.postMessage({ result, at: performance.timeOrigin + performance.now() });
});
