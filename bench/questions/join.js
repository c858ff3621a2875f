import { HeldSource } from '../held-source.js';
import { keyInTurn } from '../keys.js';
import { Tally } from '../tally.js';
import { observables } from '../variants/observables.js';

const sizes = [1, 10, 100, 1_000, 10_000, 100_000];

/** Some flights one after another, 4,000 callers together or as many as one flight has. */
const flightsOf = (callers) => Math.max(1, Math.floor(4000 / callers));

export const join = {
  name: 'join',
  title: 'Join and deliver: callers of one flight, a value and the end',
  per: 'caller',
  baseline: 'bare',
  sizes,
  sizeIs: 'callers',
  variants: observables,
  prepare(share, callers) {
    const source = new HeldSource();
    const call = share(() => source.observable);
    const flights = flightsOf(callers);
    return {
      operations: flights * callers,
      answers: flights * callers,
      run() {
        const tally = new Tally();
        for (let flight = 0; flight < flights; flight++) {
          const key = keyInTurn(flight);
          call.lead(key).subscribe(tally.observer);
          for (let i = 1; i < callers; i++) {
            call.join(key).subscribe(tally.observer);
          }
          source.settle(flight);
        }
        return tally.answers;
      },
    };
  },
};

export const deliver = {
  name: 'deliver',
  title: 'Deliver: a value and the end to callers who have joined before',
  per: 'caller',
  baseline: 'bare',
  sizes,
  sizeIs: 'callers',
  variants: observables,
  prepare(share, callers) {
    const source = new HeldSource();
    const call = share(() => source.observable);
    const flights = Math.min(1000, flightsOf(callers));
    const tally = new Tally();
    return {
      operations: flights * callers,
      answers: flights * callers,
      before() {
        tally.answers = 0;
        for (let flight = 0; flight < flights; flight++) {
          const key = keyInTurn(flight);
          call.lead(key).subscribe(tally.observer);
          for (let i = 1; i < callers; i++) {
            call.join(key).subscribe(tally.observer);
          }
        }
      },
      run() {
        source.settle(1);
        return tally.answers;
      },
    };
  },
};

export const leave = {
  name: 'leave',
  title: 'Join and leave: callers of one flight, who go in the order they came; the last cancels it',
  per: 'caller',
  baseline: 'bare',
  sizes: [1, 10, 100, 10_000],
  sizeIs: 'callers',
  variants: observables,
  prepare(share, callers) {
    const source = new HeldSource();
    const call = share(() => source.observable);
    const flights = flightsOf(callers);
    return {
      operations: flights * callers,
      answers: 0,
      run() {
        const tally = new Tally();
        for (let flight = 0; flight < flights; flight++) {
          const key = keyInTurn(flight);
          const subscriptions = [call.lead(key).subscribe(tally.observer)];
          for (let i = 1; i < callers; i++) {
            subscriptions.push(call.join(key).subscribe(tally.observer));
          }
          for (const subscription of subscriptions) {
            subscription.unsubscribe();
          }
          source.settle(flight);
        }
        return tally.answers;
      },
    };
  },
};
