import { Observable, of } from 'rxjs';
import { HeldSource } from '../held-source.js';
import { keyInTurn } from '../keys.js';
import { Tally } from '../tally.js';
import { operators } from '../variants/operators.js';

const sizes = [1_000, 10_000, 100_000, 1_000_000];
/** The time of the others grows by the square of the runs that are alive, or of those who wait on one. */
const feasible = (variant, values) => variant === 'rxjs-coalesce' || values <= 100_000;
const hundredKeys = Array.from({ length: 100 }, (_, i) => `key-${i}`);

export const coalesceByPending = {
  name: 'coalesceBy-pending',
  title: 'coalesceBy, pending: values over 100 keys, whose runs settle when all values have come',
  per: 'value',
  baseline: 'mergeMap + idiom',
  sizes,
  sizeIs: 'values',
  variants: operators,
  feasible,
  prepare(operatorFor, values) {
    return {
      operations: values,
      answers: values,
      run() {
        const source = new HeldSource();
        const tally = new Tally();
        const keys = new Observable((subscriber) => {
          for (let i = 0; i < values; i++) {
            subscriber.next(hundredKeys[i % 100]);
          }
          source.settle(1);
          subscriber.complete();
        });
        keys.pipe(operatorFor(() => source.observable)).subscribe(tally.observer);
        return tally.answers;
      },
    };
  },
};

export const coalesceByWindowed = {
  name: 'coalesceBy-windowed',
  title: 'coalesceBy, windowed: ten values each of 1,000 keys, then their runs settle, and so on',
  per: 'value',
  baseline: 'mergeMap',
  sizes,
  sizeIs: 'values',
  variants: operators,
  feasible,
  prepare(operatorFor, values) {
    const window = Math.min(values, 10_000);
    return {
      operations: values,
      answers: values,
      run() {
        const source = new HeldSource();
        const tally = new Tally();
        const keys = new Observable((subscriber) => {
          for (let i = 0; i < values; i += window) {
            for (let j = 0; j < window; j++) {
              subscriber.next(keyInTurn(j % (window / 10)));
            }
            source.settle(1);
          }
          subscriber.complete();
        });
        keys.pipe(operatorFor(() => source.observable)).subscribe(tally.observer);
        return tally.answers;
      },
    };
  },
};

export const coalesceBySynchronous = {
  name: 'coalesceBy-sync',
  title: 'coalesceBy, synchronous: each value’s run emits and ends at once',
  per: 'value',
  baseline: 'mergeMap + idiom',
  sizes,
  sizeIs: 'values',
  variants: operators,
  prepare(operatorFor, values) {
    const inner = of(1);
    return {
      operations: values,
      answers: values,
      run() {
        const tally = new Tally();
        const keys = new Observable((subscriber) => {
          for (let i = 0; i < values; i++) {
            subscriber.next(hundredKeys[i % 100]);
          }
          subscriber.complete();
        });
        keys.pipe(operatorFor(() => inner)).subscribe(tally.observer);
        return tally.answers;
      },
    };
  },
};
