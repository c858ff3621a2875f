import {
  asyncScheduler,
  concat,
  concatMap,
  defer,
  EMPTY,
  exhaustMap,
  expand,
  filter,
  finalize,
  from,
  map,
  mergeMap,
  NEVER,
  Observable,
  of,
  repeat,
  retry,
  startWith,
  Subject,
  switchMap,
  take,
  tap,
  timer,
  type ObservableInput,
  type OperatorFunction,
} from 'rxjs';
import {
  Coalesce,
  CoalesceAsync,
  coalesceBy,
  coalesced,
  coalescedAsync,
  fromAbortable,
  inFlightCalls,
} from '../src/index.js';
import { deferred } from './support/deferred.js';
import { describeFaces, type Calls } from './support/faces.js';
import { globalErrors } from './support/global-errors.js';
import { Log } from './support/log.js';
import { marbles } from './support/marbles.js';
import { Steered } from './support/steered.js';

/** Kinds of runs that emit one value and end. */
const runs: Readonly<Record<string, <T>(value: T) => ObservableInput<T>>> = {
  'a synchronous source': (value) => of(value),
  'a synchronous source with a teardown': (value) =>
    new Observable((subscriber) => {
      subscriber.next(value);
      subscriber.complete();
      return () => {};
    }),
  'a source that emits and ends in one task': (value) => timer(1).pipe(map(() => value)),
  'a promise': (value) => Promise.resolve(value),
  fromAbortable: (value) => fromAbortable(() => Promise.resolve(value)),
};

/** What a handler of `next` may do before it makes a call. */
const whatElseHappens: Readonly<Record<string, () => void>> = {
  'a function has run': () => {
    coalesced(() => of(1))().subscribe();
  },
  'a function has thrown': () => {
    coalesced((): Observable<never> => {
      throw new Error('thrown by fn');
    })().subscribe({ error: () => {} });
  },
  'a promise function has run': () => {
    void coalescedAsync(() => Promise.resolve(1))();
  },
  'a promise function has thrown': () => {
    coalescedAsync((): Promise<never> => {
      throw new Error('thrown by fn');
    })().catch(() => {});
  },
  'a listener of events has been notified': () => {
    const inFlight = inFlightCalls();
    inFlight.events.subscribe();
    inFlight.join('k', () => NEVER).subscribe();
  },
};

type Flatten = (project: (value: number) => Observable<number[]>) => OperatorFunction<number, number[]>;
const flattenings: Readonly<Record<string, Flatten>> = {
  switchMap: (project) => switchMap(project),
  mergeMap: (project) => mergeMap(project),
  concatMap: (project) => concatMap(project),
};

/** Waits for a task after those that have been scheduled, the library's own timer among them. */
const aLaterTask = (): Promise<void> =>
  new Promise((resolve) => {
    asyncScheduler.schedule(() => asyncScheduler.schedule(resolve, 1), 1);
  });

function lineOf({
  type,
  key,
  flight,
  callers,
}: {
  type: string;
  key: unknown;
  flight: number;
  callers: number;
}): string {
  return `${type} ${String(key)}#${flight} ${callers}`;
}

describeFaces('Law 6: a call made from inside next is not answered by the answer that made it ask', (make) => {
  for (const [name, run] of Object.entries(runs)) {
    it(`of 100 callers that retry after a throw downstream, all succeed: ${name}`, async () => {
      let started = 0;
      const { call, inFlight } = make(() => run(++started));
      const begin = new Subject<void>();
      const answers: unknown[] = [];
      const all = Array.from({ length: 100 }, () =>
        begin.pipe(
          take(1),
          mergeMap(() =>
            call('k').pipe(
              map((value) => {
                if (value < 2) {
                  throw new Error('bad');
                }
                return value;
              }),
              retry(3),
            ),
          ),
        ),
      );
      const done = Promise.all(
        all.map(
          (caller) =>
            new Promise<void>((resolve, reject) => {
              caller.subscribe({ next: (value) => answers.push(value), error: reject, complete: resolve });
            }),
        ),
      );
      begin.next();
      await done;
      expect(answers.length).toBe(100);
      expect(answers.every((answer) => Number(answer) >= 2)).toBeTrue();
      expect(inFlight.size).toBe(0);
    });

    it(`expand asks until it is done: ${name}`, async () => {
      let started = 0;
      const { call, inFlight } = make(() => run(++started));
      const answers: number[] = [];
      await call('k')
        .pipe(expand((value) => (value >= 20 ? EMPTY : call('k'))))
        .forEach((value) => answers.push(value));
      expect(answers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
      expect(started).toBe(20);
      expect(inFlight.size).toBe(0);
    });

    it(`recursion in subscribe does, too: ${name}`, async () => {
      let started = 0;
      const { call } = make(() => run(++started));
      const answers: number[] = [];
      await new Promise<void>((resolve) => {
        const poll = (): void =>
          void call('k').subscribe((value) => {
            answers.push(value);
            if (value < 20) {
              poll();
            } else {
              resolve();
            }
          });
        poll();
      });
      expect(answers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    });

    for (const [operator, flatten] of Object.entries(flattenings)) {
      it(`${operator} to the same call gets the next answer: ${name}`, async () => {
        let started = 0;
        const { call } = make(() => run(++started));
        const answers: unknown[] = [];
        await call('k')
          .pipe(flatten((first) => call('k').pipe(map((second) => [first, second]))))
          .forEach((pair) => answers.push(pair));
        expect(answers).toEqual([[1, 2]]);
      });
    }

    it(`take(1) and repeat run as often: ${name}`, async () => {
      let started = 0;
      const { call } = make(() => run(++started));
      const other = call('k').subscribe();
      const answers: number[] = [];
      await call('k')
        .pipe(take(1), repeat(5))
        .forEach((value) => answers.push(value));
      const [first] = answers as [number];
      expect(answers).toEqual([0, 1, 2, 3, 4].map((more) => first + more));
      other.unsubscribe();
    });
  }

  it('waits for the end, runs afresh once the ended run has been torn down, and all that waited share that run', () => {
    for (const end of ['complete', 'error'] as const) {
      const log = new Log();
      const steered = new Steered(log);
      const { call, inFlight } = make(steered.start);
      inFlight.events.subscribe((event) => log.add(lineOf(event)));
      for (const caller of ['A', 'B']) {
        call('k').subscribe({
          next: (value) => {
            log.add(`${caller} ${String(value)}`);
            call('k').subscribe(log.observer(`${caller} again`));
            log.add(`callers ${inFlight.callers('k')}`);
          },
          error: () => {},
        });
      }
      log.take();
      steered.latest.next('one');
      expect(log.take()).toEqual(['A one', 'callers 2', 'B one', 'callers 2']);
      steered.latest[end]('e');
      expect(log.take()).toEqual([`${end} k#1 2`, 'teardown 1', 'start k#2 1', 'join k#2 2', 'run 2']);
      steered.latest.next('two');
      expect(log.take()).toEqual(['A again two', 'B again two']);
      expect(steered.runs).toBe(2);
    }
  });

  it('shares one run also if it is synchronous', () => {
    const log = new Log();
    const source = new Subject<string>();
    let runs = 0;
    const { call } = make(() => (++runs === 1 ? source : of('fresh')));
    for (const caller of ['A', 'B', 'C']) {
      call('k').subscribe(() => call('k').subscribe(log.observer(caller)));
    }
    source.next('stale');
    source.complete();
    expect(log.take()).toEqual(['A fresh', 'B fresh', 'C fresh', 'A complete', 'B complete', 'C complete']);
    expect(runs).toBe(2);
  });

  it('runs afresh when the run has been torn down, also one that ends while it is subscribed to', () => {
    const log = new Log();
    let runs = 0;
    const { call } = make(
      () =>
        new Observable<number>((subscriber) => {
          const run = ++runs;
          log.add(`+${run}`);
          subscriber.add(() => log.add(`-${run}`));
          subscriber.next(run);
          if (run < 4) {
            subscriber.complete();
          }
          return () => log.add(`--${run}`);
        }),
    );
    call('k')
      .pipe(expand(() => call('k')))
      .subscribe();
    expect(log.take()).toEqual(['+1', '-1', '--1', '+2', '-2', '--2', '+3', '-3', '--3', '+4']);
  });

  it('runs afresh after a run has been torn down whose finalizers come last', () => {
    const log = new Log();
    const source = new Subject<string>();
    let runs = 0;
    const { call } = make(() => {
      log.add(`run ${++runs}`);
      return new Observable<string>((subscriber) => {
        source.subscribe((value) => {
          subscriber.next(value);
          subscriber.add(() => log.add('torn down'));
          subscriber.complete();
        });
      });
    });
    call('k').subscribe(() => runs < 2 && call('k').subscribe());
    source.next('one');
    expect(log.take()).toEqual(['run 1', 'torn down', 'run 2']);
  });

  it('joins after the next value, when all who are there have been notified of it', () => {
    const log = new Log();
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    call('k').subscribe((value) => {
      log.add(`A ${String(value)}`);
      if (value === 1) {
        call('k').subscribe(log.observer('again'));
      }
    });
    call('k').subscribe(log.observer('B'));
    inFlight.events.subscribe((event) => log.add(lineOf(event)));
    steered.latest.next(1);
    steered.latest.next(2);
    steered.latest.next(3);
    expect(log.take()).toEqual([
      ...['A 1', 'B 1', 'A 2', 'B 2'],
      ...['join k#1 3', 'again 1', 'again 2', 'A 3', 'B 3', 'again 3'],
    ]);
    expect(steered.runs).toBe(1);
  });

  it('does not let a listener of join, which makes the source emit, overtake that value', () => {
    const log = new Log();
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    call('k').subscribe((value) => {
      log.add(`A ${String(value)}`);
      if (value === 1) {
        call('k').subscribe(log.observer('again'));
      }
    });
    call('k').subscribe(log.observer('B'));
    inFlight.events.pipe(filter(({ type }) => type === 'join')).subscribe(() => steered.latest.next(3));
    steered.latest.next(1);
    steered.latest.next(2);
    expect(log.take()).toEqual([...['A 1', 'B 1', 'A 2', 'B 2'], ...['again 1', 'again 2', 'A 3', 'B 3', 'again 3']]);
  });

  it('joins in a later task if no value comes', async () => {
    const log = new Log();
    const source = new Subject<string>();
    let runs = 0;
    const { call, inFlight } = make(() => {
      runs++;
      return concat(source.pipe(take(1)), NEVER);
    });
    const first = call('k').subscribe(() => call('k').subscribe(log.observer('again')));
    source.next('one');
    await Promise.resolve();
    await Promise.resolve();
    expect(inFlight.callers('k')).toBe(1);
    expect(log.take()).toEqual([]);
    await aLaterTask();
    expect(inFlight.callers('k')).toBe(2);
    expect(log.take()).toEqual(['again one']);
    expect(runs).toBe(1);
    first.unsubscribe();
    expect(inFlight.callers('k')).toBe(1);
  });

  it('does not starve a source that ends later, however often it is asked', async () => {
    let runs = 0;
    const { call } = make(() => {
      const run = ++runs;
      return concat(of(run), timer(5).pipe(mergeMap(() => EMPTY)));
    });
    const answers: number[] = [];
    await call('k')
      .pipe(expand((value) => (value >= 3 ? EMPTY : call('k'))))
      .forEach((value) => answers.push(value));
    expect([...new Set(answers)]).toEqual([1, 2, 3]);
    expect(runs).toBe(3);
  });

  it('does not starve it in virtual time either, if one frame later is early enough to end', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const sources = [cold('--a|'), cold('   --b|'), cold('      --c|')];
      const expected = '      --a--b--c|';
      const subs = ['         ^--!      ', '---^--!   ', '------^--!'];
      let runs = 0;
      const { call } = make(() => sources[runs++]!);
      expectObservable(call('k').pipe(expand((value) => (value === 'c' ? EMPTY : call('k'))))).toBe(expected);
      sources.forEach((source, index) => expectSubscriptions(source.subscriptions).toBe(subs[index]!));
    });
  });

  it('waits by the time of a TestScheduler', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const source = cold('--a');
      const { call, inFlight } = make(() => source);
      expectObservable(
        call('k').pipe(
          take(1),
          mergeMap(() => call('k')),
        ),
        '^-----!',
      ).toBe('---a');
      expectObservable(call('k'), '^-----!').toBe('--a');
      expectSubscriptions(source.subscriptions).toBe('^-----!');
      flush();
      expect(inFlight.size).toBe(0);
    });
  });

  it('waits for the next notification also if a value is replayed to it', () => {
    const log = new Log();
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    call('k').subscribe();
    steered.latest.next('one');
    call('k').subscribe((value) => {
      log.add(`late ${String(value)}`);
      call('k').subscribe(log.observer('again'));
    });
    expect(log.take()).toEqual(['late one']);
    expect(inFlight.callers('k')).toBe(2);
    steered.latest.complete();
    expect(steered.runs).toBe(2);
    expect(inFlight.callers('k')).toBe(1);
    steered.latest.next('two');
    expect(log.take()).toEqual(['again two']);
  });

  for (const [what, act] of Object.entries(whatElseHappens)) {
    it(`waits also if, in the same next, ${what} before`, () => {
      const log = new Log();
      const steered = new Steered();
      const { call } = make(steered.start);
      call('k').subscribe(() => {
        act();
        call('k').subscribe(log.observer('again'));
      });
      steered.latest.next('one');
      steered.latest.complete();
      steered.latest.next('two');
      expect(log.take()).toEqual(['again two']);
    });
  }

  it('waits once more if it is made from inside the replay to a call that has waited', () => {
    const log = new Log();
    const steered = new Steered();
    const { call } = make(steered.start);
    let asked = 0;
    const ask = (name: string): void =>
      void call('k').subscribe((value) => {
        log.add(`${name} ${String(value)}`);
        if (asked < 2) {
          ask(`again ${++asked}`);
        }
      });
    ask('first');
    steered.latest.next('one');
    expect(log.take()).toEqual(['first one']);
    steered.latest.next('two');
    expect(log.take()).toEqual(['first one', 'first two', 'again 1 one', 'again 1 two'].slice(1));
    steered.latest.complete();
    expect(steered.runs).toBe(2);
    steered.latest.next('three');
    expect(log.take()).toEqual(['again 2 three']);
  });

  it('from inside nested nexts of two flights that ask each other, each waits for its own', () => {
    const log = new Log();
    const a = new Steered(log);
    const b = new Steered(log);
    const { call } = make((key) => (key === 'a' ? a : b).start());
    call('a').subscribe((value) => {
      log.add(`a ${String(value)}`);
      b.latest.next('from a');
    });
    call('b').subscribe((value) => {
      log.add(`b ${String(value)}`);
      call('a').subscribe(log.observer('a again'));
      call('b').subscribe(log.observer('b again'));
    });
    log.take();
    a.sources[0]!.next('one');
    expect(log.take()).toEqual(['a one', 'b from a']);
    a.sources[0]!.complete();
    expect(log.take()).toEqual(['teardown 1', 'run 2']);
    a.latest.next('two');
    expect(log.take()).toEqual(['a again two']);
    b.sources[0]!.complete();
    expect(log.take()).toEqual(['teardown 1', 'run 2']);
    b.latest.next('three');
    expect(log.take()).toEqual(['b again three']);
  });

  it('does not wait for another flight than the one whose next it is made in', () => {
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    call('a').subscribe(() => call('b').subscribe());
    call('b').subscribe();
    steered.sources[0]!.next('one');
    expect(inFlight.callers('b')).toBe(2);
  });

  it('made from inside the next of a run that fn of the flight subscribes to runs nothing twice', () => {
    const log = new Log();
    const inner = new Steered();
    const { call }: Calls<unknown> = make<unknown>((key): Observable<unknown> =>
      key === 'inner' ? inner.start() : call('inner').pipe(tap((value) => log.add(`outer gets ${String(value)}`))),
    );
    call('outer').subscribe((value) => call('inner').subscribe(log.observer(`after ${String(value)}`)));
    inner.latest.next('one');
    inner.latest.complete();
    expect(log.take()).toEqual(['outer gets one']);
    inner.latest.next('two');
    expect(log.take()).toEqual(['after one two']);
    expect(inner.runs).toBe(2);
  });

  it('runs afresh if the flight is aborted, and is not aborted itself', () => {
    const log = new Log();
    const steered = new Steered(log);
    const { call, inFlight } = make(steered.start);
    call('k').subscribe({ next: () => call('k').subscribe(log.observer('again')), error: () => log.add('aborted') });
    log.take();
    steered.latest.next('one');
    inFlight.abort('k', 'enough');
    expect(log.take()).toEqual(['aborted', 'teardown 1', 'run 2']);
    steered.latest.next('two');
    expect(log.take()).toEqual(['again two']);
    steered.latest.error('no');
    expect(log.take()).toEqual(['again error no', 'teardown 2']);
  });

  it('is not aborted by abortAll either', () => {
    const log = new Log();
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    for (const key of ['a', 'b']) {
      call(key).subscribe({ next: () => call(key).subscribe(log.observer(key)), error: () => {} });
    }
    steered.sources.forEach((source) => source.next('one'));
    inFlight.abortAll();
    expect([...inFlight.keys()]).toEqual(['a', 'b']);
    steered.sources.forEach((source) => source.next('two'));
    expect(log.take()).toEqual(['a two', 'b two']);
  });

  it('runs afresh if the flight is forgotten meanwhile', async () => {
    for (const follows of ['a value', 'the end', 'nothing']) {
      const log = new Log();
      const steered = new Steered();
      const { call, inFlight } = make(steered.start);
      call('k').subscribe((value) => value === 'one' && call('k').subscribe(log.observer('again')));
      steered.latest.next('one');
      inFlight.forget('k');
      if (follows === 'a value') {
        steered.sources[0]!.next('stale');
      } else if (follows === 'the end') {
        steered.sources[0]!.complete();
      } else {
        await aLaterTask();
      }
      expect(steered.runs).withContext(follows).toBe(2);
      steered.sources[0]!.next('stale');
      steered.latest.next('fresh');
      expect(log.take()).withContext(follows).toEqual(['again fresh']);
    }
  });

  it('runs afresh if the last caller leaves, from inside next or later', () => {
    for (const leaves of ['inside', 'later']) {
      const log = new Log();
      const steered = new Steered(log);
      const { call, inFlight } = make(steered.start);
      inFlight.events.subscribe((event) => log.add(lineOf(event)));
      const first = call('k').subscribe(() => {
        call('k').subscribe();
        if (leaves === 'inside') {
          first.unsubscribe();
        }
      });
      log.take();
      steered.latest.next('one');
      first.unsubscribe();
      expect(log.take())
        .withContext(leaves)
        .toEqual(['leave k#1 0', 'cancel k#1 0', 'teardown 1', 'start k#2 1', 'run 2']);
    }
  });

  it('runs afresh if a notifier cancels the flight, when its run has been torn down', () => {
    const log = new Log();
    const steered = new Steered(log);
    const { call, inFlight } = make(steered.start, { resetOnRefCountZero: () => of('at once') });
    inFlight.events.subscribe((event) => log.add(lineOf(event)));
    call('k')
      .pipe(take(1))
      .subscribe({
        next: () => call('k').subscribe(log.observer('again')),
      });
    log.take();
    steered.latest.next('one');
    expect(log.take()).toEqual(['leave k#1 0', 'cancel k#1 0', 'teardown 1', 'start k#2 1', 'run 2']);
  });

  it('leaves without a trace while it waits', async () => {
    const log = new Log();
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    inFlight.events.subscribe((event) => log.add(lineOf(event)));
    let inner = 0;
    call('k').subscribe(() => {
      inner++;
      call('k').subscribe(log.observer('gone')).unsubscribe();
    });
    log.take();
    for (const word of ['a value', 'nothing', 'the end']) {
      steered.latest.next('one');
      if (word === 'a value') {
        steered.latest.next('two');
      } else if (word === 'nothing') {
        await aLaterTask();
      } else {
        steered.latest.complete();
      }
    }
    expect(inner).toBe(4);
    expect(log.take()).toEqual(['complete k#1 1']);
    expect(steered.runs).toBe(1);
    expect(inFlight.size).toBe(0);
  });

  it('lets the other calls that wait go on when it leaves', () => {
    const log = new Log();
    const steered = new Steered();
    const { call } = make(steered.start);
    call('k').subscribe(() => {
      const gone = call('k').subscribe(log.observer('gone'));
      call('k').subscribe(log.observer('stays'));
      gone.unsubscribe();
    });
    steered.latest.next('one');
    steered.latest.complete();
    expect(steered.runs).toBe(2);
    steered.latest.next('two');
    expect(log.take()).toEqual(['stays two']);
  });

  it('is led by the first call that waits, and by the next if that one has left', () => {
    const calls = inFlightCalls<string, string>();
    const source = new Subject<string>();
    const ran: string[] = [];
    const fresh = (name: string) =>
      calls.join('k', () => {
        ran.push(name);
        return NEVER;
      });
    calls
      .join('k', () => source)
      .subscribe(() => {
        const first = fresh('first').subscribe();
        fresh('second').subscribe();
        fresh('third').subscribe();
        first.unsubscribe();
      });
    source.next('one');
    source.complete();
    expect(ran).toEqual(['second']);
    expect(calls.callers('k')).toBe(2);
  });

  it('is not part of a run that a listener aborts while the calls that waited join', () => {
    const log = new Log();
    const steered = new Steered(log);
    const { call, inFlight } = make(steered.start);
    for (const caller of ['A', 'B', 'C', 'D']) {
      call('k').subscribe(() => call('k').subscribe(log.observer(caller)));
    }
    log.take();
    let joins = 0;
    inFlight.events
      .pipe(filter(({ type }) => type === 'join'))
      .subscribe(() => ++joins === 1 && inFlight.abort('k', 'no'));
    steered.latest.next('one');
    steered.latest.complete();
    expect(log.take()).toEqual(['teardown 1', 'A error no', 'B error no', 'run 2']);
    steered.latest.next('two');
    expect(log.take()).toEqual(['C two', 'D two']);
  });

  it('made from inside a listener of events does not wait', () => {
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    const other = call('k').subscribe();
    inFlight.events.pipe(take(1)).subscribe(() => call('k').subscribe());
    call('k').subscribe(() => {
      other.unsubscribe();
    });
    steered.latest.next('one');
    expect(inFlight.callers('k')).toBe(2);
  });

  it('made from inside fn does not wait', () => {
    const log = new Log();
    const steered = new Steered();
    const { call, inFlight } = make((key) => {
      if (key === 'k') {
        return steered.start();
      }
      call('k').subscribe(log.observer('from fn'));
      return NEVER;
    });
    call('k').subscribe(() => call('other').subscribe());
    steered.latest.next('one');
    expect(inFlight.callers('k')).toBe(2);
    expect(log.take()).toEqual(['from fn one']);
  });

  it('made from inside fn of a run that the calls that waited share joins that run', () => {
    const log = new Log();
    const source = new Subject<string>();
    let runs = 0;
    const { call, inFlight } = make(() => {
      if (++runs === 2) {
        call('k').subscribe(log.observer('from fn'));
      }
      return runs === 1 ? source : of('fresh');
    });
    call('k').subscribe(() => call('k').subscribe(log.observer('again')));
    source.next('one');
    source.complete();
    expect(log.take()).toEqual(['again fresh', 'from fn fresh', 'again complete', 'from fn complete']);
    expect(runs).toBe(2);
    expect(inFlight.size).toBe(0);
  });

  it('made from inside complete, error and finalize starts afresh at once', () => {
    for (const place of ['complete', 'error', 'finalize'] as const) {
      const log = new Log();
      const steered = new Steered(log);
      const { call } = make(steered.start);
      const again = (): void => void call('k').subscribe();
      call('k')
        .pipe(finalize(() => place === 'finalize' && again()))
        .subscribe({ complete: place === 'complete' ? again : () => {}, error: place === 'error' ? again : () => {} });
      steered.latest.next('one');
      steered.sources[0]![place === 'error' ? 'error' : 'complete']('e');
      expect(log.take()).withContext(place).toEqual(['run 1', 'run 2', 'teardown 1']);
    }
  });

  it('expand on a synchronous source goes through 10,000 steps', () => {
    let runs = 0;
    const { call, inFlight } = make(() => of(++runs));
    let answers = 0;
    call('k')
      .pipe(expand((step) => (step >= 10_000 ? EMPTY : call('k'))))
      .subscribe(() => answers++);
    expect(answers).toBe(10_000);
    expect(runs).toBe(10_000);
    expect(inFlight.size).toBe(0);
  });

  it('10,000 calls that wait for one notification cost no deep recursion, and are notified in the order in which they were made', () => {
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    const received: number[] = [];
    call('k').subscribe(() => {
      for (let caller = 0; caller < 10_000; caller++) {
        call('k').subscribe(() => received.push(caller));
      }
    });
    steered.latest.next('one');
    steered.latest.complete();
    expect(inFlight.callers('k')).toBe(10_000);
    steered.latest.next('two');
    expect(received).toEqual(Array.from({ length: 10_000 }, (_, caller) => caller));
  });

  it('a caller that throws as it is notified does not affect the calls that wait', async () => {
    const log = new Log();
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    const error = new Error('thrown by a handler');
    const reported = await globalErrors(() => {
      call('k').subscribe(() => {
        call('k').subscribe(log.observer('again'));
        throw error;
      });
      steered.latest.next('one');
      // Code that runs after the throw is no longer inside a next.
      call('k').subscribe(log.observer('outside'));
      expect(inFlight.callers('k')).toBe(2);
      steered.latest.complete();
      steered.latest.next('two');
    });
    expect(reported).toEqual([error]);
    expect(log.take()).toEqual(['outside one', 'outside complete', 'again two']);
  });
});

describe('Law 6: what fn throws, and what it returns that is no ObservableInput, reaches calls that waited', () => {
  for (const [name, second] of Object.entries({
    throws: () => {
      throw 'thrown';
    },
    'returns none': () => 5 as unknown as ObservableInput<string>,
  })) {
    it(name, () => {
      const source = new Subject<string>();
      let runs = 0;
      const load = coalesced(() => (++runs === 1 ? source : second()));
      let errors = 0;
      for (let caller = 0; caller < 3; caller++) {
        load().subscribe(() => load().subscribe({ error: () => errors++ }));
      }
      source.next('one');
      source.complete();
      expect(errors).toBe(3);
      expect(runs).toBe(2);
      expect(load.inFlight.size).toBe(0);
    });
  }
});

describe('Law 6: a promise call made from inside next', () => {
  function bothKinds(fn: () => ObservableInput<string>) {
    const config = { inFlight: inFlightCalls<string, string>(), keyFn: () => 'k' };
    return {
      inFlight: config.inFlight,
      promise: coalescedAsync(fn as (signal?: AbortSignal) => ObservableInput<string>, config),
      observable: coalesced(fn, config),
    };
  }

  const kinds: Readonly<Record<string, () => AbortSignal | undefined>> = {
    'without a signal': () => undefined,
    'with a signal': () => new AbortController().signal,
  };
  for (const [kind, signal] of Object.entries(kinds)) {
    it(`waits for the end, and gets the next answer: ${kind}`, async () => {
      const log = new Log();
      const steered = new Steered<string>(log);
      const { promise, observable, inFlight } = bothKinds(steered.start);
      inFlight.events.subscribe((event) => log.add(lineOf(event)));
      const answers: Promise<string>[] = [];
      observable().subscribe(() => {
        answers.push(promise(signal()), promise(signal()));
      });
      log.take();
      steered.latest.next('one');
      expect(inFlight.callers('k')).toBe(1);
      steered.latest.complete();
      expect(log.take()).toEqual(['complete k#1 1', 'teardown 1', 'start k#2 1', 'join k#2 2', 'run 2']);
      steered.latest.next('two');
      steered.latest.complete();
      expect(await Promise.all(answers)).toEqual(['two', 'two']);
    });

    it(`joins after the next value, or in a later task: ${kind}`, async () => {
      for (const follows of ['a value', 'nothing']) {
        const steered = new Steered<string>();
        const { promise, observable, inFlight } = bothKinds(steered.start);
        const answers: Promise<string>[] = [];
        observable()
          .pipe(take(1))
          .subscribe(() => {
            answers.push(promise(signal()), promise(signal()));
          });
        observable().subscribe();
        steered.latest.next('one');
        expect(inFlight.callers('k')).toBe(1);
        if (follows === 'a value') {
          steered.latest.next('two');
        } else {
          await aLaterTask();
        }
        expect(inFlight.callers('k')).withContext(follows).toBe(3);
        steered.latest.next('three');
        steered.latest.complete();
        expect(await Promise.all(answers)).toEqual(['three', 'three']);
        expect(steered.runs).toBe(1);
      }
    });

    it(`shares the run of a promise with Observable callers that waited: ${kind}`, async () => {
      const log = new Log();
      let runs = 0;
      const { promise, observable, inFlight } = bothKinds(() => Promise.resolve(`answer ${++runs}`));
      const answers: Promise<string>[] = [];
      observable()
        .pipe(take(1))
        .subscribe(() => {
          answers.push(promise(signal()));
          observable().subscribe(log.observer('observable'));
          answers.push(promise(signal()));
        });
      await aLaterTask();
      expect(await Promise.all(answers)).toEqual(['answer 2', 'answer 2']);
      expect(log.take()).toEqual(['observable answer 2', 'observable complete']);
      expect(inFlight.size).toBe(0);
      expect(runs).toBe(2);
    });

    it(`is rejected by the failure of the run that it shares: ${kind}`, async () => {
      let runs = 0;
      const { promise, observable } = bothKinds(() => (++runs === 1 ? of('one') : Promise.reject(new Error('two'))));
      const answers: Promise<string>[] = [];
      observable().subscribe(() => answers.push(promise(signal())));
      await expectAsync(answers[0]!).toBeRejectedWithError('two');
      expect(runs).toBe(2);
    });
  }

  it('that leaves by its signal while it waits is rejected at once, and leaves no trace', async () => {
    const log = new Log();
    const steered = new Steered<string>();
    const { promise, observable, inFlight } = bothKinds(steered.start);
    inFlight.events.subscribe((event) => log.add(lineOf(event)));
    const controller = new AbortController();
    let waiting: Promise<string> | undefined;
    observable().subscribe(() => {
      waiting ??= promise(controller.signal);
    });
    log.take();
    steered.latest.next('one');
    controller.abort('no time');
    await expectAsync(waiting!).toBeRejectedWith('no time');
    steered.latest.next('two');
    steered.latest.complete();
    expect(log.take()).toEqual(['complete k#1 1']);
    expect(steered.runs).toBe(1);
  });

  it('that leaves by its signal while it waits does not affect the others that wait', async () => {
    for (const signals of [
      [true, false],
      [false, true],
    ]) {
      const steered = new Steered<string>();
      const { promise, observable } = bothKinds(steered.start);
      const controller = new AbortController();
      let waiting: Promise<string>[] = [];
      observable().subscribe(() => {
        waiting = signals.map((hasSignal) => promise(hasSignal ? controller.signal : undefined));
      });
      steered.latest.next('one');
      controller.abort('no time');
      steered.latest.complete();
      steered.latest.next('two');
      steered.latest.complete();
      const answers = await Promise.allSettled(waiting);
      expect(answers.map(({ status }) => status)).toEqual(
        signals.map((hasSignal) => (hasSignal ? 'rejected' : 'fulfilled')),
      );
    }
  });

  it('is reported as unhandled once if nobody handles it, and not at all if one of the callers that waited does', async () => {
    const error = new Error('failed');
    for (const handled of [false, true]) {
      let runs = 0;
      const { promise, observable } = bothKinds(() => (++runs === 1 ? of('one') : Promise.reject(error)));
      const reported = await globalErrors(() => {
        observable().subscribe(() => {
          void promise();
          const other = promise();
          if (handled) {
            other.catch(() => {});
          }
        });
      });
      expect(reported)
        .withContext(String(handled))
        .toEqual(handled ? [] : [error]);
    }
  });

  it('of decorated methods, too', async () => {
    class Repository {
      runs = 0;
      @Coalesce()
      watch(id: string): Observable<string> {
        return of(`${id} ${++this.runs}`);
      }
      @CoalesceAsync()
      load(id: string): Promise<string> {
        return Promise.resolve(`${id} ${++this.runs}`);
      }
    }
    const repository = new Repository();
    const answers: string[] = [];
    repository
      .watch('a')
      .pipe(
        take(1),
        switchMap((first) => repository.watch('a').pipe(startWith(first))),
      )
      .subscribe((answer) => answers.push(answer));
    expect(answers).toEqual(['a 1', 'a 2']);
    // Promise callers are notified in a continuation, when the key is free.
    const first = await repository.load('a');
    expect([first, await repository.load('a')]).toEqual(['a 3', 'a 4']);
  });

  it('nothing waits for a promise that never settles: a loop of promise calls runs as it does without the library', async () => {
    const run = deferred();
    const { promise, observable } = bothKinds(() => run.promise);
    const answers: Promise<string>[] = [];
    observable().subscribe(() => answers.push(promise()));
    run.resolve('one');
    await aLaterTask();
    expect(await answers[0]!).toBe('one');
  });
});

describe('Law 6: a value of coalesceBy that is pushed from inside next', () => {
  it("with 'join', fed by its own output, runs until it is done", async () => {
    for (const [name, run] of Object.entries(runs)) {
      const source = new Subject<number>();
      const answers: number[] = [];
      const done = source
        .pipe(
          coalesceBy(
            () => 'k',
            (value) => from(run(value + 1)),
          ),
          tap((value) => {
            if (value < 20) {
              source.next(value);
            } else {
              source.complete();
            }
          }),
        )
        .forEach((value) => answers.push(value));
      source.next(0);
      await done;
      expect(answers)
        .withContext(name)
        .toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    }
  });

  it("with 'ignore' is dropped, as exhaustMap drops it", () => {
    const inOrder = (
      flatten: (project: (value: number) => Observable<number>) => (source: Observable<number>) => Observable<number>,
    ): string[] => {
      const log = new Log();
      const source = new Subject<number>();
      const runs: Subject<number>[] = [];
      source
        .pipe(
          flatten((value) => {
            log.add(`run ${value}`);
            const run = new Subject<number>();
            runs.push(run);
            return run;
          }),
        )
        .subscribe((value) => {
          log.add(`${value}`);
          source.next(value);
        });
      source.next(1);
      runs[0]!.next(10);
      runs[0]!.next(11);
      runs[0]!.complete();
      source.next(2);
      return log.take();
    };
    const ignoring = inOrder((project) => coalesceBy(() => 'k', project, { duplicates: 'ignore' }));
    expect(ignoring).toEqual(inOrder((project) => exhaustMap(project)));
    expect(ignoring).toEqual(['run 1', '10', '11', 'run 2']);
  });

  it("with 'ignore' waits for a flight that somebody else waits on, and drops the values that come meanwhile", () => {
    const log = new Log();
    const inFlight = inFlightCalls<string, string>();
    const first = new Subject<string>();
    const source = new Subject<string>();
    source
      .pipe(
        coalesceBy(
          () => 'k',
          (value) => {
            log.add(`run ${value}`);
            return of(`answer to ${value}`);
          },
          { inFlight, duplicates: 'ignore' },
        ),
      )
      .subscribe(log.observer('operator'));
    inFlight
      .join('k', () => first)
      .subscribe((value) => {
        source.next(`${value} a`);
        source.next(`${value} b`);
      });
    first.next('one');
    source.next('outside');
    source.complete();
    first.complete();
    expect(log.take()).toEqual(['run one a', 'operator answer to one a', 'operator complete']);
  });

  it('completes only when the values that wait have been answered', () => {
    const log = new Log();
    const source = new Subject<string>();
    const steered = new Steered(log);
    source
      .pipe(coalesceBy((value) => value, steered.start))
      .subscribe({ ...log.observer('operator'), next: (value) => value === 'one' && source.next('k') });
    source.next('k');
    steered.latest.next('one');
    source.complete();
    steered.latest.complete();
    expect(log.take()).toEqual(['run 1', 'teardown 1', 'run 2']);
    steered.latest.complete();
    expect(log.take()).toEqual(['teardown 2', 'operator complete']);
  });

  it('no longer counts once its subscriber has left', () => {
    const log = new Log();
    const source = new Subject<string>();
    const steered = new Steered(log);
    const inFlight = inFlightCalls<unknown, unknown>();
    const other = inFlight.join('k', steered.start).subscribe();
    const subscription = source
      .pipe(coalesceBy((value: string): unknown => value, steered.start, { inFlight }))
      .subscribe(() => source.next('k'));
    source.next('k');
    steered.latest.next('one');
    subscription.unsubscribe();
    steered.latest.complete();
    other.unsubscribe();
    expect(log.take()).toEqual(['run 1', 'teardown 1']);
    expect(inFlight.size).toBe(0);
  });

  it('takes its turn in the queue of concurrent, and does not ask a pool of one for a second', () => {
    const log = new Log();
    const source = new Subject<string>();
    const steered = new Steered(log);
    source
      .pipe(coalesceBy((value) => value, steered.start, { concurrent: 1 }))
      .subscribe((value) => value === 'again' && source.next('a'));
    source.next('a');
    source.next('b');
    steered.latest.next('again');
    steered.latest.complete();
    expect(log.take()).toEqual(['run 1', 'teardown 1', 'run 2']);
    steered.latest.complete();
    expect(log.take()).toEqual(['teardown 2', 'run 3']);
    expect(steered.calls.map(([value]) => value)).toEqual(['a', 'b', 'a']);
  });

  it('shares the fresh run with all others that waited', () => {
    const log = new Log();
    const source = new Subject<string>();
    const first = new Subject<string>();
    let runs = 0;
    source
      .pipe(
        coalesceBy(
          () => 'k',
          () => defer(() => (++runs === 1 ? first : of('fresh'))),
        ),
      )
      .subscribe((value) => {
        log.add(value);
        if (value === 'one') {
          source.next('x');
          source.next('y');
        }
      });
    source.next('w');
    first.next('one');
    first.complete();
    expect(log.take()).toEqual(['one', 'fresh', 'fresh']);
    expect(runs).toBe(2);
  });

  it('a sync loop of 10,000 steps ends', () => {
    const source = new Subject<number>();
    let answers = 0;
    source
      .pipe(
        coalesceBy(
          () => 'k',
          (value) => of(value + 1),
        ),
      )
      .subscribe((value) => {
        answers++;
        if (value < 10_000) {
          source.next(value);
        }
      });
    source.next(0);
    expect(answers).toBe(10_000);
  });
});
