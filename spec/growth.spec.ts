import { ReplaySubject, share, Subject, Subscription, type Observable, type Observer } from 'rxjs';
import { coalesced } from '../src/index.js';
import { Operations } from './support/counted-operations.js';

type Sharing = (source: Observable<unknown>) => Observable<unknown>;

const flight: Sharing = (source) => coalesced(() => source)();
const plainShare: Sharing = (source) => source.pipe(share({ connector: () => new ReplaySubject(Infinity) }));

/** What callers of one run do, and how many of them were notified as they should be. */
type Scenario = (
  source: Observer<unknown>,
  join: (observer?: Partial<Observer<unknown>>) => Subscription,
  callers: number,
) => number;

const leave =
  (inOrder: (callers: Subscription[]) => Subscription[]): Scenario =>
  (source, join, callers) => {
    let notified = 0;
    const subscriptions = Array.from({ length: callers }, () => join({ next: () => notified++ }));
    source.next(1);
    for (const caller of inOrder(subscriptions)) caller.unsubscribe();
    source.next(2);
    return notified;
  };

const scenarios: Record<string, Scenario> = {
  'they receive a value and the completion': (source, join, callers) => {
    let notified = 0;
    for (let caller = 0; caller < callers; caller++) join({ complete: () => notified++ });
    source.next(1);
    source.complete();
    return notified;
  },
  'they receive an error': (source, join, callers) => {
    let notified = 0;
    for (let caller = 0; caller < callers; caller++) join({ error: () => notified++ });
    source.error('e');
    return notified;
  },
  'they join late, after three values': (source, join, callers) => {
    join();
    for (const value of [1, 2, 3]) source.next(value);
    let notified = 0;
    for (let caller = 1; caller < callers; caller++) join({ next: () => notified++ });
    source.complete();
    return notified / 3 + 1;
  },
  'they leave, first to last': leave((callers) => callers),
  'they leave, last to first': leave((callers) => callers.reverse()),
  'they leave, in any order': leave(shuffled),
  'each leaves as it receives the value': (source, join, callers) => {
    let notified = 0;
    for (let caller = 0; caller < callers; caller++) {
      const left = new Subscription();
      left.add(
        join({
          next: () => {
            notified++;
            left.unsubscribe();
          },
        }),
      );
    }
    source.next(1);
    source.next(2);
    return notified;
  },
  'the first makes all leave as it receives the value': (source, join, callers) => {
    const all = new Subscription();
    let notified = 0;
    const leaveAll = (): void => {
      notified++;
      all.unsubscribe();
    };
    for (let caller = 0; caller < callers; caller++) all.add(join({ next: leaveAll }));
    source.next(1);
    return notified * callers;
  },
};

/** How many operations one of so many callers costs. */
function costPerCaller(sharing: Sharing, scenario: Scenario, callers: number): number {
  const operations = new Operations();
  const source = new Subject<unknown>();
  const shared = sharing(source);
  let notified = 0;
  const cost = operations.in(() => {
    notified = scenario(source, (observer) => operations.subscribe(shared, observer), callers);
  });
  expect(notified).toBe(callers);
  return cost / callers;
}

describe('Growth: a caller costs the same however many share its flight', () => {
  for (const [what, scenario] of Object.entries(scenarios)) {
    it(`when ${what}: 1,000 or 10,000`, () => {
      const few = costPerCaller(flight, scenario, 1000);
      expect(few).toBeGreaterThan(1);
      expect(costPerCaller(flight, scenario, 10_000)).toBeLessThan(few * 1.05);
    });
  }

  it('while the same count grows with share() and a ReplaySubject', () => {
    for (const what of [
      'they receive a value and the completion',
      'they leave, last to first',
      'they leave, in any order',
    ]) {
      const scenario = scenarios[what]!;
      expect(costPerCaller(plainShare, scenario, 2000))
        .withContext(what)
        .toBeGreaterThan(costPerCaller(plainShare, scenario, 200) * 5);
    }
  });

  for (const what of ['they receive a value and the completion', 'they leave, in any order']) {
    it(`when ${what}: 100,000`, () => {
      const scenario = scenarios[what]!;
      const few = costPerCaller(flight, scenario, 1000);
      expect(costPerCaller(flight, scenario, 100_000)).toBeLessThan(few * 1.05);
    });
  }
});

describe('Growth: a flight costs the same however many values it has emitted and not kept', () => {
  it('as a late caller joins, with a finite bufferSize', () => {
    const costAfter = (values: number): number => {
      const operations = new Operations();
      const source = new Subject<number>();
      const call = coalesced(() => source, { bufferSize: 2 })();
      call.subscribe();
      for (let value = 0; value < values; value++) source.next(value);
      const notified: unknown[] = [];
      const cost = operations.in(() => operations.subscribe(call, { next: (value) => notified.push(value) }));
      expect(notified).toEqual([values - 2, values - 1]);
      return cost;
    };
    expect(costAfter(100_000)).toBe(costAfter(10));
  });
});

describe('Growth: an emission costs the same however many callers have left', () => {
  for (const [order, inOrder] of Object.entries({
    'one after another': undefined,
    'first to last': (callers: Subscription[]) => callers,
    'last to first': (callers: Subscription[]) => callers.reverse(),
    'in any order': shuffled<Subscription>,
  })) {
    it(order, () => {
      const costAfter = (callers: number): number => {
        const operations = new Operations();
        const source = new Subject<number>();
        const call = coalesced(() => source)();
        operations.subscribe(call);
        const subscriptions = Array.from({ length: callers }, () => {
          const caller = operations.subscribe(call);
          if (inOrder === undefined) caller.unsubscribe();
          return caller;
        });
        operations.subscribe(call);
        for (const caller of inOrder?.(subscriptions) ?? []) caller.unsubscribe();
        return operations.in(() => source.next(1));
      };
      expect(costAfter(1000)).toBe(costAfter(10));
    });
  }
});

describe('Growth: a call costs the same however many keys are in flight', () => {
  it('as it starts, joins and ends', () => {
    const costAmong = (keys: number): number => {
      const operations = new Operations();
      const sources = new Map<number, Subject<unknown>>();
      const load = coalesced((id: number) => {
        const source = new Subject<unknown>();
        sources.set(id, source);
        return source;
      });
      for (let id = 0; id < keys; id++) load(id).subscribe();
      return operations.in(() => {
        operations.subscribe(load(-1));
        operations.subscribe(load(-1));
        sources.get(-1)!.complete();
        operations.subscribe(load(0)).unsubscribe();
      });
    };
    expect(costAmong(10_000)).toBe(costAmong(10));
  });
});

function shuffled<T>(items: T[]): T[] {
  let seed = 1;
  for (let index = items.length - 1; index > 0; index--) {
    seed = (seed * 48_271) % 2_147_483_647;
    const other = seed % (index + 1);
    [items[index], items[other]] = [items[other]!, items[index]!];
  }
  return items;
}
