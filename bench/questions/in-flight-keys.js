import { NEVER, Observable } from 'rxjs';
import { HeldSource } from '../held-source.js';
import { keyInTurn } from '../keys.js';
import { Tally } from '../tally.js';
import { observables } from '../variants/observables.js';

const operations = 1000;

export const inFlightKeys = {
  name: 'in-flight-keys',
  title: 'Lead while other keys are in flight, which stay',
  per: 'call',
  baseline: 'bare',
  sizes: [100, 10_000, 1_000_000],
  sizeIs: 'keys in flight',
  variants: observables,
  prepare(share, size) {
    const source = new HeldSource();
    const call = share((key) => (key.startsWith('stays') ? NEVER : source.observable));
    const tally = new Tally();
    // Bare has no registry that would keep them.
    const kept = Array.from({ length: size }, (_, i) => call.lead(`stays-${i}`).subscribe(tally.observer));
    return {
      operations,
      answers: operations,
      run() {
        tally.answers = 0;
        for (let i = 0; i < operations; i++) {
          call.lead(keyInTurn(i)).subscribe(tally.observer);
          source.settle(i);
        }
        return kept.length === size ? tally.answers : 0;
      },
    };
  },
};

/** The oldest flight settles and a new one is led, over and over: each touches memory that has long not been touched. */
export const turnover = {
  name: 'turnover',
  title: 'Turnover: of the keys in flight the oldest settles, and a new one is led',
  per: 'call',
  baseline: 'bare',
  sizes: [100, 10_000],
  sizeIs: 'keys in flight',
  variants: observables,
  prepare(share, size) {
    const sources = [];
    const source = new Observable((subscriber) => {
      sources.push(subscriber);
    });
    const call = share(() => source);
    const tally = new Tally();
    const keys = Array.from({ length: size + operations }, (_, i) => `key-${i}`);
    // A ring of those in flight: `sources` only ever holds the one that has just been led.
    const ring = [];
    let next = 0;
    const leadNext = () => {
      call.lead(keys[next % keys.length]).subscribe(tally.observer);
      ring[next % size] = sources.pop();
      next++;
    };
    while (next < size) {
      leadNext();
    }
    return {
      operations,
      answers: operations,
      run() {
        tally.answers = 0;
        for (let i = 0; i < operations; i++) {
          const oldest = ring[next % size];
          oldest.next(i);
          oldest.complete();
          leadNext();
        }
        return tally.answers;
      },
    };
  },
};
