import { mergeMap, Observable, Subject, type OperatorFunction } from 'rxjs';
import { coalesceBy, coalesced, type CoalesceByConfig } from '../../src/index.js';

type Project = (value: number) => Observable<string>;
interface Operations {
  /** How often an Observable was subscribed to. */
  subscriptions: number;
  /** How many elements of arrays were searched, copied or moved, one by one. */
  elements: number;
}

/** Counts what RxJS and the library do while `act` runs. */
function operationsOf(act: () => void): Operations {
  const operations: Operations = { subscriptions: 0, elements: 0 };
  const count = (array: readonly unknown[]): void => {
    operations.elements += array.length;
  };
  const restore = [
    wrap(Observable.prototype, 'subscribe', () => operations.subscriptions++),
    ...(['indexOf', 'includes', 'find', 'findIndex', 'filter', 'slice', 'splice', 'concat'] as const).map((name) =>
      wrap(Array.prototype, name, count),
    ),
    wrap(Array, 'from', (_, array) => {
      count(array as unknown[]);
    }),
  ];
  try {
    act();
  } finally {
    restore.forEach((undo) => undo());
  }
  return operations;
}

function wrap<T extends object>(owner: T, name: keyof T, before: (self: any, argument: unknown) => void): () => void {
  const original = owner[name];
  owner[name] = function (this: unknown, ...args: unknown[]): unknown {
    before(this, args[0]);
    return (original as (...args: unknown[]) => unknown).apply(this, args);
  } as T[keyof T];
  return () => {
    owner[name] = original;
  };
}

/** Counted runs that a spec ends. */
class Runs {
  readonly live: Subject<string>[] = [];
  tornDown = 0;

  readonly start = (): Observable<string> => {
    const run = new Subject<string>();
    this.live.push(run);
    return new Observable((subscriber) => {
      const subscription = run.subscribe(subscriber);
      return () => {
        this.tornDown++;
        subscription.unsubscribe();
      };
    });
  };
}

interface Wave {
  readonly values: number;
  /** How often each run emits between the values; by default not at all. */
  readonly rounds?: number;
  /** By default each run emits and completes. */
  readonly leave?: boolean;
}

/** What a wave of values costs, and what it results in. */
function wave(operatorOf: (project: Project) => OperatorFunction<number, string>, wave: Wave) {
  const { values, rounds = 0, leave = false } = wave;
  const runs = new Runs();
  const source = new Subject<number>();
  let answers = 0;
  let completions = 0;
  const operations = operationsOf(() => {
    const subscription = source.pipe(operatorOf(runs.start)).subscribe({
      next: () => answers++,
      complete: () => completions++,
    });
    for (let value = 0; value < values; value++) {
      source.next(value);
      if ((value + 1) % (values / rounds) === 0) {
        runs.live.forEach((run) => run.next('x'));
      }
    }
    if (leave) {
      subscription.unsubscribe();
    } else {
      source.complete();
      for (const run of runs.live) {
        run.next('x');
        run.complete();
      }
    }
  });
  expect(completions).toBe(leave ? 0 : 1);
  expect(runs.tornDown).toBe(runs.live.length);
  return { operations, answers, runs: runs.live.length };
}

const coalescing =
  (keys: number, config?: CoalesceByConfig<number, string>) =>
  (project: Project): OperatorFunction<number, string> =>
    coalesceBy((value: number) => value % keys, project, config);

describe('For 100,000 values that wait on 100 keys, coalesceBy does no more than for 10,000', () => {
  const same: Record<string, { config?: CoalesceByConfig<number, string>; answers: number } & Omit<Wave, 'values'>> = {
    'if all are answered at once': { answers: 100_000 },
    'if answers come between the values': { rounds: 10, answers: 1_100_000 },
    'if answers come between the values, and old answers are not replayed to late values': {
      rounds: 10,
      config: { bufferSize: 1 },
      answers: 740_000,
    },
    'if all leave': { leave: true, answers: 0 },
    "if duplicates are dropped: 'ignore'": { config: { duplicates: 'ignore' }, answers: 100 },
    'if 99 keys are queued': { config: { concurrent: 1 }, answers: 100_000 },
  };
  for (const [condition, { config, answers, ...rest }] of Object.entries(same)) {
    it(condition, () => {
      const few = wave(coalescing(100, config), { values: 10_000, ...rest });
      const many = wave(coalescing(100, config), { values: 100_000, ...rest });
      expect(many.runs).toBe(100);
      expect(many.answers).toBe(answers);
      expect(many.operations).toEqual(few.operations);
    });
  }

  it('while mergeMap over a coalesced call does more, by the same count', () => {
    const merging = (project: Project): OperatorFunction<number, string> => {
      const call = coalesced(project, { keyFn: (value) => value % 100 });
      return mergeMap((value) => call(value));
    };
    const few = wave(merging, { values: 200 });
    const many = wave(merging, { values: 2_000 });
    expect(many.operations.subscriptions).toBeGreaterThan(3 * few.operations.subscriptions);
    expect(many.operations.elements).toBeGreaterThan(50 * few.operations.elements);
  });
});

describe('For 10,000 keys, coalesceBy does proportionally more than for 1,000', () => {
  const linear: Record<string, { config?: CoalesceByConfig<number, string>; leave?: true }> = {
    'if all are in flight': {},
    'if all leave': { leave: true },
    'if all but one are queued': { config: { concurrent: 1 } },
  };
  for (const [condition, { config, ...rest }] of Object.entries(linear)) {
    it(condition, () => {
      const few = wave(coalescing(1_000, config), { values: 1_000, ...rest });
      const many = wave(coalescing(10_000, config), { values: 10_000, ...rest });
      expect(many.runs).toBe(10_000);
      expect(many.operations.subscriptions).toBeLessThanOrEqual(10 * few.operations.subscriptions);
      expect(many.operations.elements).toBeLessThanOrEqual(10 * few.operations.elements);
    });
  }
});
