import { setImmediate } from 'node:timers/promises';
import { keyInTurn } from '../keys.js';
import { Tally } from '../tally.js';
import { promises } from '../variants/promises.js';

const operations = 1000;

export const asyncLead = {
  name: 'async-lead',
  title: 'Promise callers, lead: a miss, one caller, awaited; one call after another',
  per: 'call',
  baseline: 'Map floor',
  variants: promises,
  prepare(share) {
    const call = share((key) => Promise.resolve(key));
    return {
      operations,
      answers: operations,
      async run() {
        let answers = 0;
        for (let i = 0; i < operations; i++) {
          const key = keyInTurn(i);
          answers += (await call(key)) === key ? 1 : 0;
        }
        // Some clean up in a timer.
        await setImmediate();
        return answers;
      },
    };
  },
};

export const asyncJoin = {
  name: 'async-join',
  title: 'Promise callers, join: callers of one flight, all answered',
  per: 'caller',
  baseline: 'Map floor',
  sizes: [100, 10_000],
  sizeIs: 'callers',
  variants: promises,
  prepare(share, callers) {
    let run;
    let next = 0;
    const call = share(() => {
      run.runs++;
      return run.promise;
    });
    const flights = Math.max(1, Math.floor(2000 / callers));
    return {
      operations: flights * callers,
      answers: flights * callers,
      async run() {
        const tally = new Tally();
        for (let flight = 0; flight < flights; flight++) {
          const key = keyInTurn(next++);
          run = new Run();
          for (let i = 1; i < callers; i++) {
            call(key).then(tally.count);
          }
          const last = call(key);
          run.settle(flight);
          await last;
          tally.count();
          if (run.runs !== 1) {
            throw new Error(`${run.runs} runs for ${callers} callers`);
          }
        }
        await setImmediate();
        return tally.answers;
      },
    };
  },
};

class Run {
  runs = 0;
  promise = new Promise((resolve) => {
    this.settle = resolve;
  });
}

/** By how many turns of the microtask queue a caller is notified later than the promise that its function returned. */
export const hops = {
  name: 'hops',
  title: 'Microtask hops between the end of the run and its caller, beyond those of the promise itself',
  unit: 'hops',
  per: 'call',
  rounds: 1,
  variants: promises,
  async figure(share) {
    return (await hopsOf(share)) - (await hopsOf((fn) => fn));
  },
};

async function hopsOf(share) {
  let settle;
  const call = share(
    () =>
      new Promise((resolve) => {
        settle = resolve;
      }),
  );
  let notified = false;
  const answer = call('key').then(() => {
    notified = true;
  });
  await setImmediate();
  settle(1);
  let count = 0;
  while (!notified) {
    count++;
    await undefined;
  }
  await answer;
  return count;
}
