import { of } from 'rxjs';
import { HeldSource } from '../held-source.js';
import { keyInTurn } from '../keys.js';
import { Tally } from '../tally.js';
import { observables } from '../variants/observables.js';

const operations = 2000;

/** A miss, with one caller, one value and the end. */
export const lead = {
  name: 'lead',
  title: 'Lead: a miss, one caller, a value and the end',
  per: 'call',
  baseline: 'bare',
  variants: observables,
  prepare(share) {
    const source = new HeldSource();
    const call = share(() => source.observable);
    return {
      operations,
      answers: operations,
      run() {
        const tally = new Tally();
        for (let i = 0; i < operations; i++) {
          call.lead(keyInTurn(i)).subscribe(tally.observer);
          source.settle(i);
        }
        return tally.answers;
      },
    };
  },
};

export const leadSynchronously = {
  name: 'lead-sync',
  title: 'Synchronous lead: what the function returns emits and ends at once',
  per: 'call',
  baseline: 'bare',
  variants: observables,
  prepare(share) {
    const source = of(1);
    const call = share(() => source);
    return {
      operations,
      answers: operations,
      run() {
        const tally = new Tally();
        for (let i = 0; i < operations; i++) {
          call.lead(keyInTurn(i)).subscribe(tally.observer);
        }
        return tally.answers;
      },
    };
  },
};

export const leadPromise = {
  name: 'lead-promise',
  title: 'Promise lead: the function returns a promise, the caller takes an Observable; one call after another',
  per: 'call',
  baseline: 'bare',
  variants: observables,
  prepare(share) {
    const call = share((key) => Promise.resolve(key));
    return {
      operations,
      answers: operations,
      run() {
        return new Promise((resolve) => {
          let answers = 0;
          let started = 0;
          const observer = {
            next: () => {
              answers++;
            },
            complete: () => {
              if (started < operations) {
                again();
              } else {
                resolve(answers);
              }
            },
          };
          const again = () => call.lead(keyInTurn(started++)).subscribe(observer);
          again();
        });
      },
    };
  },
};
