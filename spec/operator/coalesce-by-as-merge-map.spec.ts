import fc from 'fast-check';
import {
  concat,
  exhaustMap,
  from,
  groupBy,
  mergeMap,
  Observable,
  Subject,
  type ObservableInput,
  type OperatorFunction,
} from 'rxjs';
import {
  coalesceBy,
  coalesced,
  inFlightCalls,
  type CoalesceByConfig,
  type FlightConfig,
  type InFlightCalls,
} from '../../src/index.js';
import { Log } from '../support/log.js';

type Key = string;
type Project = (key: Key, index: number) => ObservableInput<string>;
type Registry = InFlightCalls<Key, string>;
type MakeOperator = (project: Project, inFlight: Registry) => OperatorFunction<Key, string>;

/** How a run opens when it is subscribed: so many values at once, and perhaps its end. */
interface Opening {
  readonly values: number;
  readonly end: 'none' | 'complete' | 'error';
}

type Step =
  | { readonly does: 'value'; readonly key: Key }
  | { readonly does: 'next' | 'complete' | 'error'; readonly run: number }
  | { readonly does: 'source completes' | 'source fails' | 'abort all' }
  | { readonly does: 'leave' | 'subscribe'; readonly who: number }
  | { readonly does: 'forget' | 'abort'; readonly key: Key };

/** What became of a schedule: the notifications of each subscriber, the runs, and after each step who waits for what. */
interface Story {
  readonly notifications: string[][];
  readonly runs: string[];
  readonly waiting: string[];
  /** By flight: the order in which several flights are left at once is not specified. */
  readonly events: Record<number, string[]>;
}

function story(steps: readonly Step[], openings: readonly Opening[], makeOperator: MakeOperator): Story {
  const inFlight = inFlightCalls<Key, string>();
  const runs = new Log();
  const sources: Subject<string>[] = [];
  let emitted = 0;
  const project: Project = (key, index) => {
    const run = sources.push(new Subject()) - 1;
    const { values, end } = openings[run % openings.length]!;
    runs.add(`run ${run} of ${key} ${index}`);
    const opening = new Observable<string>((subscriber) => {
      for (let value = 0; value < values; value++) {
        subscriber.next(`${run}: opening ${value}`);
      }
      if (end === 'error') {
        subscriber.error(`${run} failed at once`);
      }
      subscriber.complete();
    });
    return end === 'complete' ? opening : concat(opening, sources[run]!);
  };

  const events: Record<number, string[]> = {};
  inFlight.events.subscribe(({ type, key, flight, callers }) => {
    (events[flight] ??= []).push(`${type} ${key} ${callers}`);
  });
  const source = new Subject<Key>();
  const result = source.pipe(makeOperator(project, inFlight));
  const logs = [new Log(), new Log()];
  const subscriptions = logs.map((log) => result.subscribe(log.observer('result')));
  const waiting = steps.map((step) => {
    take(step);
    return [...inFlight.keys()].map((key) => `${key} ${inFlight.callers(key)}`).join();
  });
  return { notifications: logs.map((log) => log.take()), runs: runs.take(), waiting, events };

  function take(step: Step): void {
    switch (step.does) {
      case 'value':
        source.next(step.key);
        break;
      case 'next':
        sources[step.run]?.next(`${step.run}: ${emitted++}`);
        break;
      case 'complete':
        sources[step.run]?.complete();
        break;
      case 'error':
        sources[step.run]?.error(`${step.run} failed`);
        break;
      case 'source completes':
        source.complete();
        break;
      case 'source fails':
        source.error('source failed');
        break;
      case 'leave':
        subscriptions[step.who]!.unsubscribe();
        break;
      case 'subscribe':
        subscriptions[step.who]!.unsubscribe();
        subscriptions[step.who] = result.subscribe(logs[step.who]!.observer('again'));
        break;
      case 'forget':
        inFlight.forget(step.key);
        break;
      case 'abort':
        inFlight.abort(step.key, 'aborted');
        break;
      case 'abort all':
        inFlight.abortAll('all aborted');
        break;
    }
  }
}

const key = fc.constantFrom('a', 'b', 'c');
const run = fc.nat({ max: 7 });
const who = fc.nat({ max: 1 });
const often: fc.WeightedArbitrary<Step>[] = [
  { weight: 20, arbitrary: fc.record({ does: fc.constant('value'), key }) },
  { weight: 20, arbitrary: fc.record({ does: fc.constant('next'), run }) },
  { weight: 10, arbitrary: fc.record({ does: fc.constant('complete'), run }) },
];
const seldom: fc.WeightedArbitrary<Step>[] = [
  { weight: 1, arbitrary: fc.record({ does: fc.constant('error'), run }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('source completes', 'source fails') }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom('leave', 'subscribe'), who }) },
];
const steering: fc.WeightedArbitrary<Step>[] = [
  { weight: 3, arbitrary: fc.record({ does: fc.constant('forget'), key }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('abort'), key }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('abort all') }) },
];
const steps = (...kinds: fc.WeightedArbitrary<Step>[]): fc.Arbitrary<Step[]> =>
  fc.array(fc.oneof(...kinds), { maxLength: 40 });
const openings = fc.array(
  fc.record({
    values: fc.nat({ max: 2 }),
    end: fc.oneof(
      { weight: 8, arbitrary: fc.constant('none') },
      { weight: 3, arbitrary: fc.constant('complete') },
      { weight: 1, arbitrary: fc.constant('error') },
    ),
  }),
  { minLength: 1, maxLength: 8 },
);
const sharing: fc.Arbitrary<FlightConfig> = fc.record({
  bufferSize: fc.constantFrom(0, 1, 2, Infinity),
  resetOnRefCountZero: fc.boolean(),
});

/** By a result, not by jasmine's expectations, so that fast-check finds the shortest schedule that fails. */
const alike = (one: Story, other: Story): boolean => JSON.stringify(one) === JSON.stringify(other);
const holds = (property: fc.IProperty<[Step[], Opening[], FlightConfig]>): void => {
  expect(() => fc.assert(property, { numRuns: 500 })).not.toThrow();
};

const itself = (value: Key): Key => value;
const byCoalescing =
  (config: CoalesceByConfig<Key, string>): MakeOperator =>
  (project, inFlight) =>
    coalesceBy(itself, project, { ...config, inFlight });

describe('Law 13: on any schedule, coalesceBy', () => {
  it('emits what mergeMap over a coalesced call emits', () => {
    const byMerging =
      (config: FlightConfig): MakeOperator =>
      (project, inFlight) => {
        const call = coalesced(project, { ...config, keyFn: itself, inFlight });
        return mergeMap((value, index) => call(value, index));
      };

    holds(
      fc.property(steps(...often, ...seldom, ...steering), openings, sharing, (taken, opened, config) => {
        return alike(story(taken, opened, byCoalescing(config)), story(taken, opened, byMerging(config)));
      }),
    );
  });
});

describe("Law 14: on any schedule, coalesceBy with 'ignore'", () => {
  it('emits what exhaustMap emits for each key', () => {
    const byExhausting =
      (config: FlightConfig): MakeOperator =>
      (project, inFlight) => {
        const call = coalesced(project, { ...config, keyFn: itself, inFlight });
        return (source) =>
          from(source).pipe(
            groupBy(itself),
            mergeMap((group) => group.pipe(exhaustMap((value) => call(value, 0)))),
          );
      };
    const withoutIndex =
      (makeOperator: MakeOperator): MakeOperator =>
      (project, inFlight) =>
        makeOperator((value) => project(value, 0), inFlight);

    holds(
      fc.property(steps(...often, ...seldom), openings, sharing, (taken, opened, config) => {
        const coalescing = story(taken, opened, withoutIndex(byCoalescing({ ...config, duplicates: 'ignore' })));
        return alike(coalescing, story(taken, opened, byExhausting(config)));
      }),
    );
  });
});
