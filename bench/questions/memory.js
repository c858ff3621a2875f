import { setImmediate } from 'node:timers/promises';
import { NEVER, Subject, timer } from 'rxjs';
import { coalesceBy, coalesced, coalescedAsync } from '../../dist/index.mjs';
import { Tally } from '../tally.js';
import { observables } from '../variants/observables.js';
import { promises } from '../variants/promises.js';

const many = 20_000;
const manyKeys = Array.from({ length: many }, (_, i) => `key-${i}`);

/** With the leader's own subscriber, but without the key itself. */
export const bytesPerKey = {
  name: 'bytes-per-key',
  title: 'Memory of a key in flight, its leader included',
  unit: 'B',
  per: 'key',
  baseline: 'bare',
  variants: observables,
  async figure(share) {
    const call = share(() => NEVER);
    const { observer } = new Tally();
    const kept = new Array(many);
    return growth(many, (i) => {
      kept[i] = call.lead(manyKeys[i]).subscribe(observer);
    });
  },
};

export const bytesPerCaller = {
  name: 'bytes-per-caller',
  title: 'Memory of a caller that has joined',
  unit: 'B',
  per: 'caller',
  baseline: 'bare',
  variants: observables,
  async figure(share) {
    const call = share(() => NEVER);
    const { observer } = new Tally();
    const kept = new Array(many);
    kept[0] = call.lead('key').subscribe(observer);
    return growth(many, (i) => {
      kept[i] = call.join('key').subscribe(observer);
    });
  },
};

const never = () => new Promise(() => undefined);

export const asyncBytesPerKey = {
  name: 'async-bytes-per-key',
  // It would give up the flights that are one too many.
  feasible: (variant) => variant !== 'lru-cache',
  title: 'Memory of a key in flight that a promise caller leads, its run’s promise included',
  unit: 'B',
  per: 'key',
  baseline: 'Map floor',
  variants: promises,
  async figure(share) {
    const call = share(never);
    return growth(many, (i) => void call(manyKeys[i]));
  },
};

export const asyncBytesPerCaller = {
  name: 'async-bytes-per-caller',
  title: 'Memory of a promise caller that has joined, beyond its own use of the promise',
  unit: 'B',
  per: 'caller',
  variants: promises,
  async figure(share) {
    const call = share(never);
    void call('key');
    return growth(many, () => void call('key'));
  },
};

export const heapLeft = {
  name: 'heap-left',
  title: 'Heap left after 100,000 flights, 20,000 aborts and 300,000 values of churn, twice',
  unit: 'MB',
  per: 'all',
  variants: { 'rxjs-coalesce': { lacks: '', load: () => undefined } },
  async figure() {
    const load = coalesced(() => timer(0));
    const ask = coalescedAsync((key, options) => new Promise(() => options));
    const calls = new Subject();
    const waiting = new Set();
    const churn = calls
      .pipe(
        coalesceBy(
          (key) => key,
          () => NEVER,
          { concurrent: 1000 },
        ),
      )
      .subscribe();
    const live = async () => {
      for (let i = 0; i < 100_000; i += 1000) {
        await new Promise((resolve) => {
          for (let j = 0; j < 1000; j++) {
            load(i + j).subscribe({ complete: j === 999 ? resolve : undefined });
          }
        });
      }
      for (let i = 0; i < 20_000; i++) {
        const controller = new AbortController();
        waiting.add(ask(i, { signal: controller.signal }).catch(() => undefined));
        controller.abort();
      }
      await Promise.all(waiting);
      waiting.clear();
      for (let i = 0; i < 300_000; i++) {
        load(`churn ${i}`).subscribe().unsubscribe();
      }
    };
    await live();
    const before = await heapUsed();
    await live();
    const after = await heapUsed();
    churn.unsubscribe();
    if (load.inFlight.size + ask.inFlight.size > 0) {
      throw new Error(`keys are left: ${load.inFlight.size} and ${ask.inFlight.size}`);
    }
    return (after - before) / 1e6;
  },
};

/** Bytes for each of `count` times that `grow` is called, once the code has been compiled. */
async function growth(count, grow) {
  for (let i = 0; i < count / 2; i++) {
    grow(i);
  }
  const before = await heapUsed();
  for (let i = count / 2; i < count; i++) {
    grow(i);
  }
  return ((await heapUsed()) - before) / (count / 2);
}

async function heapUsed() {
  for (let i = 0; i < 4; i++) {
    await setImmediate();
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}
