import { defer, Observable, of, Subject, take, throwError, toArray, type ObservableInput, type Observer } from 'rxjs';
import { coalesced, coalescedAsync, inFlightCalls } from '../src/index.js';
import { describeFaces } from './support/faces.js';
import { Log } from './support/log.js';
import { marbles } from './support/marbles.js';
import { Steered } from './support/steered.js';

const anything: Readonly<Record<string, unknown>> = {
  undefined,
  null: null,
  zero: 0,
  'minus zero': -0,
  NaN,
  'an empty string': '',
  'a string': 'text',
  false: false,
  true: true,
  'a bigint': 1n,
  'a symbol': Symbol('s'),
  'an object': {},
  'an array': [],
  'an Error': new Error('e'),
  'a function': () => {},
};

describeFaces('Law 1: a call is made when it is subscribed', (make) => {
  it('does nothing before', () => {
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    const log = new Log();
    inFlight.events.subscribe(({ type }) => log.add(type));

    const held = call('a');
    expect(steered.runs).toBe(0);
    expect(inFlight.size).toBe(0);
    expect(inFlight.has('a')).toBeFalse();
    expect(log.take()).toEqual([]);

    held.subscribe();
    expect(steered.runs).toBe(1);
    expect(inFlight.size).toBe(1);
    expect(log.take()).toEqual(['start']);
  });

  it('runs the function at that moment, for the leader only', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('    -a-b|   ');
      const leader = '      ---^       ';
      const expected1 = '   ----a-b|   ';
      const follower = '    -----^     ';
      const expected2 = '   -----ab|   ';
      const sourceSubs = '  ---^---!   ';
      const { call } = make(() => source);

      expectObservable(call('k'), leader).toBe(expected1);
      expectObservable(call('k'), follower).toBe(expected2);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });

  it('makes a call of each subscription to one held Observable', () => {
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    const held = call('a');
    held.subscribe();
    held.subscribe();
    expect(steered.runs).toBe(1);
    expect(inFlight.callers('a')).toBe(2);
  });

  it('makes a new call of a held Observable that is subscribed again later', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold(' --a|           ');
      const first = '       ^              ';
      const expected1 = '   --a|           ';
      const again = '       --------^      ';
      const expected2 = '   ----------a|   ';
      const sourceSubs = ['^--!            ', '--------^--!    '];
      const held = make(() => source).call('k');

      expectObservable(held, first).toBe(expected1);
      expectObservable(held, again).toBe(expected2);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });

  it('is left without a trace by 1,000 calls that are never subscribed', () => {
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    const log = new Log();
    inFlight.events.subscribe(({ type }) => log.add(type));
    for (let key = 0; key < 1000; key++) {
      call(key);
    }
    expect(steered.runs).toBe(0);
    expect([...inFlight.keys()]).toEqual([]);
    expect(log.take()).toEqual([]);
  });
});

describe('Law 1: what a call of a coalesced function computes, and when', () => {
  it('computes the key, looks the flight up and runs the function, in this order, when subscribed', () => {
    const log = new Log();
    const load = coalesced(
      (id: number) => {
        log.add(`run ${id}, ${load.inFlight.callers(id)} waiting`);
        return new Subject();
      },
      {
        keyFn: (id) => {
          log.add(`key ${id}, ${load.inFlight.size} in flight`);
          return id;
        },
      },
    );

    const held = load(7);
    expect(log.take()).toEqual([]);
    held.subscribe();
    expect(log.take()).toEqual(['key 7, 0 in flight', 'run 7, 1 waiting']);
    held.subscribe();
    expect(log.take()).toEqual(['key 7, 1 in flight']);
  });

  it('computes the key of a held Observable for each subscription', () => {
    let user = 'ann';
    const runs: string[] = [];
    const load = coalesced(
      () => {
        runs.push(user);
        return new Subject();
      },
      { keyFn: () => user },
    );

    const held = load();
    held.subscribe();
    user = 'bob';
    held.subscribe();
    expect(runs).toEqual(['ann', 'bob']);
    expect([...load.inFlight.keys()]).toEqual(['ann', 'bob']);
  });

  it('gives keyFn and the function the this and the arguments of the original call', () => {
    const seen: unknown[] = [];
    const service = {
      load: coalesced(
        function (this: unknown, ...args: unknown[]) {
          seen.push(this, args);
          return of(1);
        },
        {
          keyFn(this: unknown, ...args) {
            seen.push(this, args);
            return 0;
          },
        },
      ),
    };
    const argument = { id: 1 };

    const held = service.load(argument, undefined, 'x');
    const other = service.load('another call');
    held.subscribe();
    expect(seen.splice(0)).toEqual([service, [argument, undefined, 'x'], service, [argument, undefined, 'x']]);
    other.subscribe();
    expect(seen.splice(0)).toEqual([service, ['another call'], service, ['another call']]);
    held.subscribe();
    expect(seen[3]).toEqual([argument, undefined, 'x']);
    expect((seen[3] as unknown[])[0]).toBe(argument);
  });

  it('gives a later leader what it was called with, not what an earlier, never-run call was', () => {
    const load = coalesced((id: number, answer: string) => of(`${answer} ${id}`), { keyFn: (id) => id });
    load(1, 'never subscribed');
    const held = load(1, 'held');
    const received: string[] = [];
    load(1, 'own').subscribe((answer) => received.push(answer));
    held.subscribe((answer) => received.push(answer));
    expect(received).toEqual(['own 1', 'held 1']);
  });
});

describeFaces('Law 2: calls share a flight exactly if they overlap and have the same key', (make) => {
  it('shares while calls overlap, even only through others', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold(' -----a----b----|');
      const caller1 = '     ^---!           ';
      const expected1 = '   -----           ';
      const caller2 = '     --^-----!       ';
      const expected2 = '   -----a---       ';
      const caller3 = '     ------^         ';
      const expected3 = '   ------a---b----|';
      const sourceSubs = '  ^--------------!';
      const { call } = make(() => source);

      expectObservable(call('k'), caller1).toBe(expected1);
      expectObservable(call('k'), caller2).toBe(expected2);
      expectObservable(call('k'), caller3).toBe(expected3);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });

  it('does not share with a flight that has completed, failed or been cancelled', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const ends = {
        complete: cold(' -a|      '),
        error: cold('    -a#      '),
        cancel: cold('   -a-      '),
      };
      const first = '    ^-!      ';
      const second = '   ---^--!  ';
      const expected = {
        complete: '      ----a|   ',
        error: '         ----a#   ',
        cancel: '        ----a-   ',
      };
      const { call } = make((key) => ends[key as keyof typeof ends]);

      for (const key of ['complete', 'error', 'cancel'] as const) {
        expectObservable(call(key), first);
        expectObservable(call(key), second).toBe(expected[key]);
      }
      expectSubscriptions(ends.complete.subscriptions).toBe(['^-!', '---^-!']);
      expectSubscriptions(ends.error.subscriptions).toBe(['^-!', '---^-!']);
      expectSubscriptions(ends.cancel.subscriptions).toBe(['^-!', '---^--!']);
    });
  });

  it('runs overlapping calls of different keys side by side', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('   --1--2|   ');
      const b = cold('    --3--4|  ');
      const callA = '    ^         ';
      const expectedA = '--1--2|   ';
      const callB = '    -^        ';
      const expectedB = '---3--4|  ';
      const { call } = make((key) => (key === 'a' ? a : b));

      expectObservable(call('a'), callA).toBe(expectedA);
      expectObservable(call('b'), callB).toBe(expectedB);
      expectSubscriptions(a.subscriptions).toBe('^-----!');
      expectSubscriptions(b.subscriptions).toBe('-^-----!');
    });
  });

  it('distinguishes keys as a Map does', () => {
    const likeOthers = [1, '1', 'true', 'null', 'undefined', {}, [], Symbol('s'), 'constructor', '__proto__'];
    const keys = [...Object.values(anything), ...likeOthers];
    const distinct = new Map(keys.map((key) => [key, true]));
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);

    for (const key of keys) {
      call(key).subscribe();
      call(key).subscribe();
    }
    expect(steered.runs).toBe(distinct.size);
    expect([...inFlight.keys()]).toEqual([...distinct.keys()]);
    expect(inFlight.callers(0)).toBe(4);
    expect(inFlight.callers(NaN)).toBe(2);
    expect(inFlight.callers('constructor')).toBe(2);
    expect(inFlight.callers({})).toBe(0);
  });
});

describe('Law 2: who shares a registry shares flights', () => {
  it('holds for two coalesced functions and join', () => {
    const steered = new Steered<number>();
    const inFlight = inFlightCalls<unknown, number>();
    const notTheLeader = (): Observable<number> => throwError(() => 'not the leader');
    const log = new Log();
    const load = coalesced(steered.start, { inFlight });
    load().subscribe(log.observer('1st'));
    coalesced(notTheLeader, { inFlight })().subscribe(log.observer('2nd'));
    inFlight.join(load.keyFn(), notTheLeader).subscribe(log.observer('3rd'));
    steered.latest.next(7);
    expect(log.take()).toEqual(['1st 7', '2nd 7', '3rd 7']);
  });

  it('does not hold for functions with registries of their own', () => {
    const steered = new Steered();
    coalesced(steered.start)().subscribe();
    coalesced(steered.start)().subscribe();
    expect(steered.runs).toBe(2);
  });
});

describeFaces('Law 3: every caller is notified of the same, whenever it joined', (make) => {
  it('replays to a late caller what it has missed', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold(' -a-b-------c---|');
      const caller1 = '     ^               ';
      const expected1 = '   -a-b-------c---|';
      const caller2 = '     --^             ';
      const expected2 = '   --ab-------c---|';
      const caller3 = '     -----^          ';
      const expected3 = '   -----(ab)--c---|';
      const sourceSubs = '  ^--------------!';
      const { call } = make(() => source);

      expectObservable(call('k'), caller1).toBe(expected1);
      expectObservable(call('k'), caller2).toBe(expected2);
      expectObservable(call('k'), caller3).toBe(expected3);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });

  it('notifies a late caller of the failure, too', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold(' -a-----#');
      const caller1 = '     ^       ';
      const expected1 = '   -a-----#';
      const caller2 = '     ---^    ';
      const expected2 = '   ---a---#';
      const sourceSubs = '  ^------!';
      const { call } = make(() => source);

      expectObservable(call('k'), caller1).toBe(expected1);
      expectObservable(call('k'), caller2).toBe(expected2);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });

  it('gives all callers, early and late, the same value, whatever it is', () => {
    const steered = new Steered();
    const { call } = make(steered.start);
    const early: unknown[] = [];
    const late: unknown[] = [];
    call().subscribe((value) => early.push(value));
    const values = Object.values(anything);
    for (const value of values) {
      steered.latest.next(value);
    }
    call().subscribe((value) => late.push(value));

    expect(early.length).toBe(values.length);
    expect(late.length).toBe(values.length);
    expect(values.every((value, index) => Object.is(value, early[index]))).toBeTrue();
    expect(values.every((value, index) => Object.is(value, late[index]))).toBeTrue();
  });

  for (const [name, error] of Object.entries(anything)) {
    it(`gives all callers the same error: ${name}`, () => {
      const steered = new Steered();
      const { call } = make(steered.start);
      const caught: unknown[] = [];
      const observer = { next: fail, error: (received: unknown) => caught.push(received), complete: fail };
      call().subscribe(observer);
      call().subscribe(observer);
      steered.latest.error(error);
      expect(caught.length).toBe(2);
      expect(caught.every((received) => Object.is(received, error))).toBeTrue();
    });
  }

  it('notifies a caller that joins between the value and the completion of both', () => {
    const log = new Log();
    const { call } = make(
      () =>
        new Observable((subscriber) => {
          subscriber.next(1);
          call().subscribe(log.observer('late'));
          subscriber.complete();
        }),
    );
    call().subscribe(log.observer('leader'));
    expect(log.take()).toEqual(['leader 1', 'late 1', 'leader complete', 'late complete']);
  });

  it('notifies a caller that joins while a synchronous source emits of all of it', () => {
    const { call } = make(() => of(1, 2, 3));
    const late: unknown[] = [];
    const early: unknown[] = [];
    call().subscribe((value) => {
      early.push(value);
      if (value === 2) {
        call()
          .pipe(toArray())
          .subscribe((all) => late.push(...all));
      }
    });
    expect(early).toEqual([1, 2, 3]);
    expect(late).toEqual([1, 2, 3]);
  });

  const goOn: [string, (source: Observer<unknown>) => void, string][] = [
    ['emit', (source) => source.next(2), '2'],
    ['complete', (source) => source.complete(), 'complete'],
    ['fail', (source) => source.error('e'), 'error e'],
  ];
  for (const [verb, go, received] of goOn) {
    it(`notifies everyone of the earlier before the later if a handler makes the source ${verb}`, () => {
      const steered = new Steered();
      const { call } = make(steered.start);
      const log = new Log();
      call().subscribe(log.observer('1st'));
      call().subscribe({
        next: (value) => {
          if (value === 1) go(steered.latest);
        },
        error: () => {},
      });
      call().subscribe(log.observer('3rd'));
      steered.latest.next(1);

      const lines = log.take();
      expect(lines.filter((line) => line.startsWith('1st'))).toEqual(['1st 1', `1st ${received}`]);
      expect(lines.filter((line) => line.startsWith('3rd'))).toEqual(['3rd 1', `3rd ${received}`]);
      expect(lines.indexOf('3rd 1')).toBeLessThan(lines.indexOf(`1st ${received}`));
    });
  }

  it('notifies everyone of the earlier before the later if a handler aborts the flight', () => {
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    const log = new Log();
    call('k').subscribe(log.observer('1st'));
    call('k').subscribe({ next: () => inFlight.abort('k', 'stop'), error: () => {} });
    call('k').subscribe(log.observer('3rd'));
    steered.latest.next(1);
    expect(log.take()).toEqual(['1st 1', '3rd 1', '1st error stop', '3rd error stop']);
  });

  it('holds for every kind of source', async () => {
    const sources: Record<string, () => ObservableInput<unknown>> = {
      Observable: () => of('a', 'b'),
      array: () => ['a', 'b'],
      string: () => 'ab',
      iterable: () => new Set(['a', 'b']),
      asyncIterable: async function* () {
        yield 'a';
        yield 'b';
      },
      promise: () => Promise.resolve('b'),
      readableStream: () =>
        new ReadableStream({
          start(controller) {
            controller.enqueue('a');
            controller.enqueue('b');
            controller.close();
          },
        }),
    };
    let runs = 0;
    const { call, inFlight } = make((key) => {
      runs++;
      return sources[key as string]!();
    });

    for (const key of Object.keys(sources)) {
      runs = 0;
      const received = await new Promise((resolve) => {
        const all: unknown[][] = [];
        const both = (values: unknown[]): void => {
          if (all.push(values) === 2) {
            resolve(all);
          }
        };
        const asynchronous = ['asyncIterable', 'promise', 'readableStream'].includes(key);
        call(key).pipe(toArray()).subscribe(both);
        call(key).pipe(toArray()).subscribe(both);
        expect(runs)
          .withContext(key)
          .toBe(asynchronous ? 1 : 2);
      });
      const values = key === 'promise' ? ['b'] : ['a', 'b'];
      expect(received).withContext(key).toEqual([values, values]);
    }
    expect(inFlight.size).toBe(0);
  });
});

describe('Law 4: the leader wins', () => {
  it('runs with the arguments of the leader', () => {
    marbles(({ cold, expectObservable }) => {
      const load = coalesced((id: number, page: string) => cold('--p|', { p: `${page}${id}` }), { keyFn: (id) => id });

      expectObservable(load(1, 'x'), '^     ').toBe('--x|     ', { x: 'x1' });
      expectObservable(load(1, 'y'), '-^    ').toBe('--x|     ', { x: 'x1' });
      expectObservable(load(1, 'z'), '----^ ').toBe('------z| ', { z: 'z1' });
    });
  });

  it('runs with the this of the leader', () => {
    const load = coalesced(
      function (this: { name: string }) {
        const { name } = this;
        return defer(() => of(name));
      },
      { keyFn: () => 0 },
    );
    const received: string[] = [];
    const receive = (name: string): void => void received.push(name);
    load.inFlight.events.pipe(take(1)).subscribe(() => load.call({ name: 'follower' }).subscribe(receive));
    load.call({ name: 'leader' }).subscribe(receive);
    expect(received).toEqual(['leader', 'leader']);
  });

  it('keeps to the leader after it has left', () => {
    const sources = new Map<string, Subject<string>>();
    const load = coalesced((leader: string) => sources.set(leader, new Subject()).get(leader)!, { keyFn: () => 0 });
    const log = new Log();
    const leader = load('first').subscribe();
    load('second').subscribe(log.observer('follower'));
    leader.unsubscribe();
    load('third').subscribe(log.observer('newcomer'));
    sources.get('first')!.next('value');
    expect([...sources.keys()]).toEqual(['first']);
    expect(log.take()).toEqual(['follower value', 'newcomer value']);
  });

  it('replays by the bufferSize of the leader', () => {
    const steered = new Steered<number>();
    const inFlight = inFlightCalls<string, number>();
    const log = new Log();
    inFlight.join('1', steered.start, { bufferSize: 1 }).subscribe();
    steered.latest.next(1);
    steered.latest.next(2);
    inFlight.join('1', steered.start, { bufferSize: 2 }).subscribe(log.observer('spared'));
    expect(log.take()).toEqual(['spared 2']);

    inFlight.join('all', steered.start).subscribe();
    steered.latest.next(1);
    steered.latest.next(2);
    inFlight.join('all', steered.start, { bufferSize: 0 }).subscribe(log.observer('not spared'));
    expect(log.take()).toEqual(['not spared 1', 'not spared 2']);
  });

  it('ends by the resetOnRefCountZero of the leader, whoever leaves last', () => {
    const steered = new Steered<number>();
    const inFlight = inFlightCalls<string, number>();
    const stays = inFlight.join('stays', steered.start, { resetOnRefCountZero: false }).subscribe();
    const last = inFlight.join('stays', steered.start, { resetOnRefCountZero: true }).subscribe();
    stays.unsubscribe();
    last.unsubscribe();
    expect(steered.teardowns).toEqual([0]);
    expect(inFlight.has('stays')).toBeTrue();

    inFlight.join('goes', steered.start).subscribe().unsubscribe();
    expect(steered.teardowns).toEqual([0, 1]);
    expect([...inFlight.keys()]).toEqual(['stays']);
  });
});

describe('Law 5: the function keeps its shape', () => {
  it('keeps its name and its length', () => {
    function load(id: number, page: number, ...tags: string[]): Observable<string> {
      return of(`${id} ${page} ${tags.join()}`);
    }
    for (const same of [coalesced(load), coalescedAsync(load)]) {
      expect(same.name).toBe('load');
      expect(same.length).toBe(2);
      expect(Object.keys(same).sort()).toEqual(['inFlight', 'keyFn']);
    }
    expect(coalesced((id: number, page = 1) => of(id, page)).length).toBe(1);
    expect(
      coalesced(
        (
          () => () =>
            of(1)
        )(),
      ).name,
    ).toBe('');
    const named = Object.defineProperty(() => of(1), 'name', { value: 'renamed' });
    expect(coalesced(named).name).toBe('renamed');
  });

  it('keeps default, optional and rest parameters', () => {
    const load = coalesced((id: number, page = 1, ...tags: string[]) => of(`${id} ${page} ${tags.join()}`));
    const received: string[] = [];
    for (const answer of [load(1), load(1, undefined, 'a'), load(1, 2, 'a', 'b')]) {
      answer.subscribe((value) => received.push(value));
    }
    expect(received).toEqual(['1 1 ', '1 1 a', '1 2 a,b']);
  });

  it('passes exactly the arguments that were passed', () => {
    const counts: number[] = [];
    const load = coalesced((...args: unknown[]) => {
      counts.push(args.length);
      return of(0);
    });
    load().subscribe();
    load(undefined).subscribe();
    load(1, undefined).subscribe();
    expect(counts).toEqual([0, 1, 2]);
  });

  it('keeps overloads and generics', () => {
    function find(id: number): Observable<number>;
    function find(name: string): Observable<string>;
    function find(what: number | string): Observable<number | string> {
      return of(what);
    }
    const found = coalesced(find);
    const same = coalesced(<T extends string>(value: T) => of(value));
    const numbers: number[] = [];
    const names: string[] = [];
    const literals: 'literal'[] = [];
    found(1).subscribe((value) => numbers.push(value));
    found('x').subscribe((value) => names.push(value));
    same('literal').subscribe((value) => literals.push(value));
    expect([numbers, names, literals]).toEqual([[1], ['x'], ['literal']]);
  });

  it('works as a method, on a class and its subclasses', () => {
    class Repository {
      runs = 0;
      constructor(readonly name: string) {}
      readonly load = coalesced(function (this: Repository, id: number) {
        this.runs++;
        return of(`${this.name} ${id}`);
      });
    }
    class Special extends Repository {}
    const special = new Special('special');
    const received: string[] = [];
    special.load(1).subscribe((value) => received.push(value));
    expect(received).toEqual(['special 1']);
    expect(special.runs).toBe(1);
  });
});
