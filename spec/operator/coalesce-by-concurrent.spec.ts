import fc from 'fast-check';
import {
  concat,
  EMPTY,
  finalize,
  from,
  lastValueFrom,
  mergeMap,
  NEVER,
  Observable,
  of,
  Subject,
  take,
  type ObservableInput,
  type Observer,
  type OperatorFunction,
} from 'rxjs';
import { coalesceBy, inFlightCalls } from '../../src/index.js';
import { expectCollected } from '../support/collected.js';
import { Log } from '../support/log.js';
import { marbles } from '../support/marbles.js';

const itself = <T>(value: T): T => value;
const lowerCase = (value: string): string => value.toLowerCase();

/** Runs by key, which a spec steers; each logs its start and its teardown. */
class Runs {
  readonly #log: Log;
  readonly #subjects = new Map<string, Subject<string>>();

  constructor(log: Log) {
    this.#log = log;
  }

  readonly start = (key: string): Observable<string> => {
    this.#log.add(`run ${key}`);
    const subject = new Subject<string>();
    this.#subjects.set(key.toLowerCase(), subject);
    return new Observable((subscriber) => {
      subject.subscribe(subscriber);
      return () => this.#log.add(`teardown ${key}`);
    });
  };

  of(key: string): Observer<string> {
    return this.#subjects.get(key)!;
  }
}

describe('Law 15: concurrent bounds the flights that a subscriber leads', () => {
  it('leads that many flights at once, and the rest in order', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source = hot(' -abcd|               ');
      const a = cold('      -----a-|            ');
      const b = cold('       --b-----|          ');
      const c = cold('              --c---|     ');
      const d = cold('                ---d-|    ');
      const aSubs = '      -^------!            ';
      const bSubs = '      --^-------!          ';
      const cSubs = '      --------^-----!      ';
      const dSubs = '      ----------^----!     ';
      const expected = '   ----b-a---c--d-|     ';
      const runs: Record<string, Observable<string>> = { a, b, c, d };

      expectObservable(source.pipe(coalesceBy(itself, (key) => runs[key]!, { concurrent: 2 }))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(c.subscriptions).toBe(cSubs);
      expectSubscriptions(d.subscriptions).toBe(dSubs);
    });
  });

  it('completes with the last run of the queue, and not before', () => {
    const log = new Log();
    const runs = new Runs(log);
    of('a', 'b')
      .pipe(coalesceBy(itself, runs.start, { concurrent: 1 }))
      .subscribe(log.observer('A'));
    runs.of('a').complete();
    expect(log.take()).toEqual(['run a', 'teardown a', 'run b']);
    runs.of('b').complete();
    expect(log.take()).toEqual(['teardown b', 'A complete']);
  });

  it('keeps its count through empty and synchronous runs', () => {
    const log = new Log();
    const runs = new Runs(log);
    of('x', 'y', 'a', 'b', 'c')
      .pipe(coalesceBy(itself, (key) => (key < 'x' ? runs.start(key) : of(key)), { concurrent: 2 }))
      .subscribe(log.observer('A'));
    expect(log.take()).toEqual(['A x', 'A y', 'run a', 'run b']);
  });

  it('counts for each subscriber separately', () => {
    const log = new Log();
    const runs = new Runs(log);
    const inFlight = inFlightCalls<string, string>();
    const one = new Subject<string>();
    const other = new Subject<string>();
    const operator = coalesceBy(itself<string>, runs.start, { concurrent: 1, inFlight });
    one.pipe(operator).subscribe();
    other.pipe(operator).subscribe();
    one.next('a');
    one.next('b');
    expect(log.take()).toEqual(['run a']);
    other.next('c');
    other.next('d');
    expect(log.take()).toEqual(['run c']);
  });

  it('counts a forgotten flight until its end', () => {
    const log = new Log();
    const runs = new Runs(log);
    const inFlight = inFlightCalls<string, string>();
    const source = new Subject<string>();
    source.pipe(coalesceBy(itself, runs.start, { concurrent: 1, inFlight })).subscribe();
    source.next('a');
    const forgotten = runs.of('a');
    inFlight.forget('a');
    source.next('a');
    expect(log.take()).toEqual(['run a']);
    forgotten.complete();
    expect(log.take()).toEqual(['teardown a', 'run a']);
  });

  it('calls keyFn at once, and project when its turn comes, with the first value and its index', () => {
    const log = new Log();
    const source = new Subject<string>();
    const first = new Subject<string>();
    const keyFn = (value: string, index: number): string => {
      log.add(`key of ${value} ${index}`);
      return value.toLowerCase();
    };
    const project = (value: string, index: number): Observable<string> => {
      log.add(`run ${value} ${index}`);
      return first;
    };
    source.pipe(coalesceBy(keyFn, project, { concurrent: 1 })).subscribe();
    source.next('a');
    source.next('B');
    source.next('b');
    expect(log.take()).toEqual(['key of a 0', 'run a 0', 'key of B 1', 'key of b 2']);
    first.complete();
    expect(log.take()).toEqual(['run B 1']);
  });

  describe('a slot', () => {
    /** A pool that lends one connection at a time, and logs who has it. */
    class Pool {
      readonly #log: Log;
      #lent = 0;

      constructor(log: Log) {
        this.#log = log;
      }

      readonly use = (key: string, work: ObservableInput<string>): Observable<string> =>
        new Observable((subscriber) => {
          if (this.#lent > 0) {
            throw new Error(`no connection for ${key}`);
          }
          this.#lent++;
          this.#log.add(`+${key}`);
          from(work).subscribe(subscriber);
          return () => {
            this.#lent--;
            this.#log.add(`-${key}`);
          };
        });
    }

    const kinds: Record<string, (key: string, ends: Observable<never>) => ObservableInput<string>> = {
      'ends later': (key, ends) => concat(of(key), ends),
      'ends at once': (key) => of(key),
      'is empty': () => EMPTY,
      'is cut short by take': (key, ends) => concat(ends, of(key), NEVER).pipe(take(1)),
    };
    for (const [kind, work] of Object.entries(kinds)) {
      it(`is free when the ended run has been torn down, and not before, if a run ${kind}`, () => {
        const log = new Log();
        const pool = new Pool(log);
        const runs: Subject<never>[] = [];
        const project = (key: string): Observable<string> => {
          const ends = new Subject<never>();
          runs.push(ends);
          return pool.use(key, work(key, ends));
        };
        const source = new Subject<string>();
        source.pipe(coalesceBy(itself, project, { concurrent: 1 })).subscribe({
          error: (error: unknown) => log.add(String(error)),
          complete: () => log.add('complete'),
        });
        ['a', 'b', 'c'].forEach((key) => source.next(key));
        source.complete();
        for (let run = 0; run < 3; run++) {
          runs[run]?.complete();
        }
        expect(log.take()).toEqual(['+a', '-a', '+b', '-b', '+c', '-c', 'complete']);
      });
    }

    it('is free when the ended run has been torn down, if runs that end at once wait behind one that ends later', () => {
      const log = new Log();
      const pool = new Pool(log);
      const first = new Subject<string>();
      of('a', 'b', 'c', 'd')
        .pipe(coalesceBy(itself, (key) => pool.use(key, key === 'a' ? first : of(key)), { concurrent: 1 }))
        .subscribe({ complete: () => log.add('complete') });
      first.complete();
      expect(log.take()).toEqual(['+a', '-a', '+b', '-b', '+c', '-c', '+d', '-d', 'complete']);
    });

    it('is free when everyone has been notified of the value of its promise', async () => {
      const log = new Log();
      const project = (key: string): Observable<string> => {
        log.add(`+${key}`);
        return from(Promise.resolve(key)).pipe(finalize(() => log.add(`-${key}`)));
      };
      await lastValueFrom(of('a', 'b', 'c').pipe(coalesceBy(itself, project, { concurrent: 1 })));
      expect(log.take()).toEqual(['+a', '-a', '+b', '-b', '+c', '-c']);
    });

    it('is not free for a value that is emitted as its run ends or is torn down', () => {
      const log = new Log();
      const source = new Subject<string>();
      const ends = new Subject<string>();
      const inFlight = inFlightCalls<string, string>();
      inFlight.events.subscribe(({ type, key }) => {
        if (type === 'complete' && key === 'a') {
          source.next('a');
        }
      });
      const project = (key: string, index: number): Observable<string> =>
        new Observable((subscriber) => {
          log.add(`+${key} ${index}`);
          if (index === 0) {
            ends.subscribe(subscriber);
          }
          return () => {
            if (index === 0) {
              source.next('b');
            }
            log.add(`-${key} ${index}`);
          };
        });
      source.pipe(coalesceBy(itself, project, { concurrent: 1, inFlight })).subscribe();
      source.next('a');
      ends.complete();
      expect(log.take()).toEqual(['+a 0', '-a 0', '+a 1']);
    });

    it('is free although the teardown of its run throws', () => {
      for (const endsAtOnce of [false, true]) {
        const log = new Log();
        const ends = new Subject<string>();
        const project = (key: string): Observable<string> =>
          new Observable((subscriber) => {
            log.add(`+${key}`);
            (endsAtOnce || key === 'b' ? EMPTY : ends).subscribe(subscriber);
            return () => {
              throw new Error(`teardown of ${key}`);
            };
          });
        of('a', 'b')
          .pipe(coalesceBy(itself, project, { concurrent: 1 }))
          .subscribe(log.observer('A'));
        try {
          ends.complete();
        } catch {
          // Whoever ends a run receives what its teardown throws.
        }
        expect(log.take()).toEqual(['+a', '+b', 'A complete']);
      }
    });

    it('is free when a forgotten run has been torn down', () => {
      const log = new Log();
      const runs = new Runs(log);
      const inFlight = inFlightCalls<string, string>();
      of('a', 'b')
        .pipe(coalesceBy(itself, runs.start, { concurrent: 1, inFlight }))
        .subscribe(log.observer('A'));
      inFlight.forget('a');
      runs.of('a').complete();
      expect(log.take()).toEqual(['run a', 'teardown a', 'run b']);
      inFlight.forget('b');
      runs.of('b').complete();
      expect(log.take()).toEqual(['teardown b', 'A complete']);
    });

    it('is not needed by values that joined a run of somebody else', () => {
      const log = new Log();
      const runs = new Runs(log);
      const inFlight = inFlightCalls<string, string>();
      const result = of('a').pipe(coalesceBy(itself, runs.start, { concurrent: 1, inFlight }));
      result.subscribe(log.observer('leader'));
      result.subscribe(log.observer('follower'));
      runs.of('a').complete();
      expect(log.take()).toEqual(['run a', 'follower complete', 'teardown a', 'leader complete']);
    });

    it('is not taken if the subscriber leaves as the run is torn down', () => {
      const log = new Log();
      const ends = new Subject<string>();
      const project = (key: string): Observable<string> => {
        log.add(`+${key}`);
        return ends.pipe(finalize(() => subscription.unsubscribe()));
      };
      const source = new Subject<string>();
      const subscription = source.pipe(coalesceBy(itself, project, { concurrent: 1 })).subscribe(log.observer('A'));
      ['a', 'b'].forEach((key) => source.next(key));
      ends.complete();
      expect(log.take()).toEqual(['+a']);
    });
  });

  describe('joining', () => {
    it('takes no slot if the subscriber leads the flight', () => {
      const log = new Log();
      const runs = new Runs(log);
      of('a', 'b', 'a')
        .pipe(coalesceBy(itself, runs.start, { concurrent: 1 }))
        .subscribe(log.observer('A'));
      runs.of('a').next('x');
      expect(log.take()).toEqual(['run a', 'A x', 'A x']);
      runs.of('a').complete();
      expect(log.take()).toEqual(['teardown a', 'run b']);
    });

    it('takes no slot if somebody else leads the flight, before or after the slots are taken', () => {
      const log = new Log();
      const runs = new Runs(log);
      const inFlight = inFlightCalls<string, string>();
      inFlight.join('x', () => runs.start('x')).subscribe();
      inFlight.join('y', () => runs.start('y')).subscribe();
      of('x', 'a', 'b', 'y')
        .pipe(coalesceBy(itself, runs.start, { concurrent: 1, inFlight }))
        .subscribe(log.observer('A'));
      expect(log.take()).toEqual(['run x', 'run y', 'run a']);
      runs.of('x').next('answer of x');
      runs.of('y').next('answer of y');
      expect(log.take()).toEqual(['A answer of x', 'A answer of y']);

      runs.of('x').complete();
      runs.of('y').complete();
      expect(log.take()).toEqual(['teardown x', 'teardown y']);
      runs.of('a').complete();
      expect(log.take()).toEqual(['teardown a', 'run b']);
    });

    it('takes no slot later either, when the leader has left', () => {
      const log = new Log();
      const runs = new Runs(log);
      const inFlight = inFlightCalls<string, string>();
      const leader = inFlight.join('x', () => runs.start('x')).subscribe();
      const source = new Subject<string>();
      source.pipe(coalesceBy(itself, runs.start, { concurrent: 1, inFlight })).subscribe();
      source.next('x');
      leader.unsubscribe();
      source.next('a');
      source.next('b');
      expect(log.take()).toEqual(['run x', 'run a']);
      runs.of('x').complete();
      expect(log.take()).toEqual(['teardown x']);
    });
  });

  describe('a queued key', () => {
    it('has one run for all of its values', () => {
      const log = new Log();
      const runs = new Runs(log);
      const inFlight = inFlightCalls<string, string>();
      of('a', 'B', 'c', 'b', 'b')
        .pipe(coalesceBy(lowerCase, runs.start, { concurrent: 1, inFlight }))
        .subscribe(log.observer('A'));
      runs.of('a').complete();
      expect(log.take()).toEqual(['run a', 'teardown a', 'run B']);
      expect(inFlight.callers('b')).toBe(3);
      runs.of('b').next('x');
      runs.of('b').complete();
      expect(log.take()).toEqual(['A x', 'A x', 'A x', 'teardown B', 'run c']);
    });

    it('has one run for all of its values also if runs end at once', () => {
      const log = new Log();
      const first = new Subject<string>();
      const project = (value: string): Observable<string> => {
        log.add(`run ${value}`);
        return value === 'a' ? first : of(`1 of ${value}`, `2 of ${value}`);
      };
      of('a', 'B', 'b', 'c', 'b')
        .pipe(coalesceBy(lowerCase, project, { concurrent: 1 }))
        .subscribe(log.observer('A'));
      expect(log.take()).toEqual(['run a']);
      first.complete();
      expect(log.take().sort()).toEqual(
        [
          'run B',
          ...['A 1 of B', 'A 1 of B', 'A 1 of B', 'A 2 of B', 'A 2 of B', 'A 2 of B'],
          'run c',
          ...['A 1 of c', 'A 2 of c'],
          'A complete',
        ].sort(),
      );
    });

    it('is free again once its turn has come', () => {
      const log = new Log();
      const runs = new Runs(log);
      const source = new Subject<string>();
      source.pipe(coalesceBy(itself, runs.start, { concurrent: 1 })).subscribe(log.observer('A'));
      source.next('a');
      source.next('b');
      runs.of('a').complete();
      runs.of('b').complete();
      source.next('b');
      expect(log.take()).toEqual(['run a', 'teardown a', 'run b', 'teardown b', 'run b']);
    });

    it('joins a flight that somebody else has started meanwhile, without a slot', () => {
      const log = new Log();
      const runs = new Runs(log);
      const inFlight = inFlightCalls<string, string>();
      of('a', 'b', 'c', 'd', 'b')
        .pipe(coalesceBy(itself, runs.start, { concurrent: 1, inFlight }))
        .subscribe(log.observer('A'));
      inFlight.join('b', () => runs.start('b')).subscribe();
      expect(log.take()).toEqual(['run a', 'run b']);
      runs.of('a').complete();
      expect(log.take()).toEqual(['teardown a', 'run c']);
      expect(inFlight.callers('b')).toBe(3);
      runs.of('b').next('x');
      runs.of('b').complete();
      expect(log.take()).toEqual(['A x', 'A x', 'teardown b']);
      runs.of('c').complete();
      expect(log.take()).toEqual(['teardown c', 'run d']);
    });

    it('leads if the flight that somebody else started meanwhile has ended', () => {
      const log = new Log();
      const runs = new Runs(log);
      const inFlight = inFlightCalls<string, string>();
      of('a', 'b')
        .pipe(coalesceBy(itself, runs.start, { concurrent: 1, inFlight }))
        .subscribe(log.observer('A'));
      inFlight.join('b', () => of('not for A')).subscribe();
      runs.of('a').complete();
      expect(log.take()).toEqual(['run a', 'teardown a', 'run b']);
    });

    it('keeps its values together if somebody else has started a flight meanwhile', () => {
      for (const duplicates of ['join', 'ignore'] as const) {
        const log = new Log();
        const runs = new Runs(log);
        const source = new Subject<string>();
        const inFlight = inFlightCalls<string, string>();
        source
          .pipe(coalesceBy(itself, runs.start, { concurrent: 1, duplicates, inFlight }))
          .subscribe(log.observer('A'));
        ['a', 'b'].forEach((value) => source.next(value));
        inFlight.join('b', () => runs.start('b')).subscribe();
        source.next('b');
        expect(inFlight.callers('b')).withContext(duplicates).toBe(1);
        runs.of('a').complete();
        expect(inFlight.callers('b'))
          .withContext(duplicates)
          .toBe(duplicates === 'join' ? 3 : 2);
      }
    });

    it('is forgotten when its subscriber leaves', () => {
      const log = new Log();
      const runs = new Runs(log);
      const inFlight = inFlightCalls<string, string>();
      of('a', 'b')
        .pipe(coalesceBy(itself, runs.start, { concurrent: 1, inFlight }))
        .subscribe(log.observer('A'))
        .unsubscribe();
      expect(log.take()).toEqual(['run a', 'teardown a']);
      expect(inFlight.size).toBe(0);
    });

    it('never runs if an error of a run came first', () => {
      const log = new Log();
      const runs = new Runs(log);
      const inFlight = inFlightCalls<string, string>();
      of('a', 'b', 'c')
        .pipe(coalesceBy(itself, runs.start, { concurrent: 1, inFlight }))
        .subscribe(log.observer('A'));
      runs.of('a').error('boom');
      expect(log.take()).toEqual(['run a', 'A error boom', 'teardown a']);
      expect(inFlight.size).toBe(0);
    });

    it('never runs if abort came first, and not again if its own run fails', () => {
      const log = new Log();
      const runs = new Runs(log);
      const inFlight = inFlightCalls<string, string>();
      const project = (key: string): Observable<string> => {
        if (key === 'b') {
          throw new Error('no run');
        }
        return runs.start(key);
      };
      const result = of('a', 'b', 'c').pipe(coalesceBy(itself, project, { concurrent: 1, inFlight }));

      result.subscribe(log.observer('A'));
      inFlight.abort('a', 'enough');
      expect(log.take()).toEqual(['run a', 'A error enough', 'teardown a']);

      result.subscribe(log.observer('B'));
      runs.of('a').complete();
      expect(log.take()).toEqual(['run a', 'teardown a', 'B error no run']);
      expect(inFlight.size).toBe(0);
    });

    it('waits forever behind a run that never ends', () => {
      const log = new Log();
      of('a', 'b')
        .pipe(coalesceBy(itself, (key) => (key === 'a' ? NEVER : of(key)), { concurrent: 1 }))
        .subscribe(log.observer('A'));
      expect(log.take()).toEqual([]);
    });

    it('waits if project itself emits it', () => {
      const log = new Log();
      const source = new Subject<string>();
      const first = new Subject<string>();
      const project = (key: string): Observable<string> => {
        log.add(`run ${key}`);
        if (key === 'a') {
          source.next('b');
          return first;
        }
        return of(key);
      };
      source.pipe(coalesceBy(itself, project, { concurrent: 1 })).subscribe(log.observer('A'));
      source.next('a');
      expect(log.take()).toEqual(['run a']);
      first.complete();
      expect(log.take()).toEqual(['run b', 'A b']);
    });

    it('is dropped with all its values if the subscriber leaves as its turn comes', () => {
      const log = new Log();
      const runs = new Runs(log);
      const source = new Subject<string>();
      const inFlight = inFlightCalls<string, string>();
      inFlight.events.subscribe(({ type, key }) => {
        if (type === 'start' && key === 'b') {
          subscription.unsubscribe();
        }
      });
      const subscription = source.pipe(coalesceBy(itself, runs.start, { concurrent: 1, inFlight })).subscribe();
      ['a', 'b', 'b', 'c'].forEach((value) => source.next(value));
      runs.of('a').complete();
      expect(inFlight.size).toBe(0);
      expect(log.take()).toEqual(['run a', 'teardown a']);
    });

    it('is dropped with all its values if the subscriber leaves as they join a flight that somebody else has started', () => {
      const log = new Log();
      const runs = new Runs(log);
      const inFlight = inFlightCalls<string, string>();
      inFlight.events.subscribe(({ type, key }) => {
        if (type === 'join' && key === 'b') {
          subscription.unsubscribe();
        }
      });
      const subscription = concat(of('a', 'b', 'b'), NEVER)
        .pipe(coalesceBy(itself, runs.start, { concurrent: 1, inFlight }))
        .subscribe();
      inFlight.join('b', () => runs.start('b')).subscribe();
      runs.of('a').complete();
      expect(inFlight.callers('b')).toBe(1);
      expect(log.take()).toEqual(['run a', 'run b', 'teardown a']);
    });

    it('comes before values that are emitted while its slot is free already', () => {
      const log = new Log();
      const runs = new Runs(log);
      const source = new Subject<string>();
      const start = (key: string): Observable<string> => {
        if (key === 'c') {
          runs.of('b').complete();
          source.next('e');
        }
        return runs.start(key);
      };
      source.pipe(coalesceBy(itself, start, { concurrent: 2 })).subscribe();
      ['a', 'b', 'c', 'd'].forEach((value) => source.next(value));
      runs.of('a').complete();
      expect(log.take()).toEqual(['run a', 'run b', 'teardown a', 'teardown b', 'run c', 'run d']);
    });

    it('comes in order if a handler emits more while the queue drains', () => {
      const log = new Log();
      const source = new Subject<string>();
      const first = new Subject<string>();
      source
        .pipe(coalesceBy(itself, (key) => (key === 'a' ? first : of(`answer of ${key}`)), { concurrent: 1 }))
        .subscribe((answer) => {
          log.add(answer);
          if (answer === 'answer of b') {
            source.next('d');
            source.next('e');
          }
        });
      source.next('a');
      source.next('b');
      source.next('c');
      first.complete();
      expect(log.take()).toEqual(['answer of b', 'answer of c', 'answer of d', 'answer of e']);
    });
  });

  describe("with duplicates: 'ignore' (law 14)", () => {
    it('drops a value of a queued key', () => {
      const log = new Log();
      const runs = new Runs(log);
      const inFlight = inFlightCalls<string, string>();
      of('a', 'B', 'b', 'a', 'c', 'b')
        .pipe(coalesceBy(lowerCase, runs.start, { concurrent: 1, duplicates: 'ignore', inFlight }))
        .subscribe(log.observer('A'));
      runs.of('a').complete();
      expect(inFlight.callers('b')).toBe(1);
      runs.of('b').next('x');
      runs.of('b').complete();
      expect(log.take()).toEqual(['run a', 'teardown a', 'run B', 'A x', 'teardown B', 'run c']);
    });

    it('keeps no value that it drops', async () => {
      const source = new Subject<{ key: string }>();
      const config = { concurrent: 1, duplicates: 'ignore' } as const;
      const subscription = source
        .pipe(
          coalesceBy(
            ({ key }) => key,
            () => NEVER,
            config,
          ),
        )
        .subscribe();
      source.next({ key: 'a' });
      source.next({ key: 'b' });
      const gone = Array.from({ length: 100 }, () => {
        const dropped = { key: 'b' };
        source.next(dropped);
        return new WeakRef(dropped);
      });
      for (const reference of gone) {
        await expectCollected(reference);
      }
      expect(subscription.closed).toBeFalse();
    });
  });

  describe('a queue of 200,000', () => {
    const length = 200_000;

    it('drains without deep recursion, in order', () => {
      const first = new Subject<number>();
      const answers: number[] = [];
      let completed = false;
      from(Array(length).keys())
        .pipe(coalesceBy(itself, (key) => (key === 0 ? first : of(key)), { concurrent: 1 }))
        .subscribe({ next: (answer) => answers.push(answer), complete: () => (completed = true) });
      expect(answers.length).toBe(0);
      first.complete();
      expect(answers.length).toBe(length - 1);
      expect(answers.every((answer, index) => answer === index + 1)).toBeTrue();
      expect(completed).toBeTrue();
    });

    it('answers as many values of one queued key from one run', () => {
      const first = new Subject<string>();
      let runs = 0;
      let answered = 0;
      const project = (value: number): Observable<string> => {
        runs++;
        return value === 0 ? first : of('x');
      };
      from(Array(length + 1).keys())
        .pipe(coalesceBy((value) => (value === 0 ? 'a' : 'b'), project, { concurrent: 1 }))
        .subscribe(() => answered++);
      first.complete();
      expect(runs).toBe(2);
      expect(answered).toBe(length);
    });
  });

  describe('on any schedule', () => {
    type Step = { readonly value: string } | { readonly endRun: number };
    const steps: fc.Arbitrary<Step[]> = fc.array(
      fc.oneof(
        { weight: 3, arbitrary: fc.record({ value: fc.constantFrom('a', 'b', 'c', 'd', 'e') }) },
        { weight: 2, arbitrary: fc.record({ endRun: fc.nat({ max: 2 }) }) },
      ),
      { maxLength: 60 },
    );
    const concurrent = fc.integer({ min: 1, max: 3 });
    const endsAtOnce = fc.array(fc.boolean(), { minLength: 1, maxLength: 5 });

    it('leads no more, keeps no slot idle, and answers each value from one run', () => {
      const schedule = fc.property(steps, concurrent, endsAtOnce, (taken, slots, atOnce) => {
        const live: Subject<never>[] = [];
        const answers: number[] = [];
        const callers: number[] = [];
        const inFlight = inFlightCalls<string, number>();
        inFlight.events.subscribe(({ type, flight }) => {
          if (type === 'start' || type === 'join') {
            callers[flight] = (callers[flight] ?? 0) + 1;
          }
        });
        let flights = 0;
        let used = 0;
        let mostUsed = 0;
        const project = (): Observable<number> => {
          const flight = ++flights;
          mostUsed = Math.max(mostUsed, ++used);
          let rest: Observable<never> = EMPTY;
          if (!atOnce[flight % atOnce.length]) {
            const run = new Subject<never>();
            live.push(run);
            rest = run;
          }
          return concat(of(flight), rest).pipe(finalize(() => used--));
        };
        const source = new Subject<string>();
        let completions = 0;
        source.pipe(coalesceBy(itself, project, { concurrent: slots, inFlight })).subscribe({
          next: (flight) => (answers[flight] = (answers[flight] ?? 0) + 1),
          complete: () => completions++,
        });

        let values = 0;
        const called = (): number => callers.reduce((sum, count) => sum + count, 0);
        const kept = taken.every((step) => {
          if ('value' in step) {
            values++;
            source.next(step.value);
          } else {
            live.splice(step.endRun, 1)[0]?.complete();
          }
          return live.length <= slots && (live.length === slots || called() === values);
        });
        source.complete();
        while (live.length > 0) {
          live.shift()!.complete();
        }
        return (
          kept && mostUsed <= slots && completions === 1 && called() === values && String(answers) === String(callers)
        );
      });
      expect(() => fc.assert(schedule, { numRuns: 500 })).not.toThrow();
    });

    it('is mergeMap with that concurrency if no two keys are equal', () => {
      const schedule = fc.property(steps, concurrent, endsAtOnce, (taken, slots, atOnce) => {
        const story = (
          operatorOf: (project: (key: number) => Observable<string>) => OperatorFunction<number, string>,
        ) => {
          const log = new Log();
          const live: Subject<string>[] = [];
          const project = (key: number): Observable<string> => {
            log.add(`run ${key}`);
            if (atOnce[key % atOnce.length]) {
              return of(`answer of ${key}`);
            }
            const run = new Subject<string>();
            live.push(run);
            return concat(of(`answer of ${key}`), run).pipe(finalize(() => log.add(`teardown ${key}`)));
          };
          const source = new Subject<number>();
          source.pipe(operatorOf(project)).subscribe(log.observer('A'));
          let values = 0;
          for (const step of taken) {
            if ('value' in step) {
              source.next(values++);
            } else {
              live.splice(step.endRun, 1)[0]?.complete();
            }
            log.add('.');
          }
          source.complete();
          return log.take().join();
        };
        return (
          story((project) => coalesceBy(itself, project, { concurrent: slots })) ===
          story((project) => mergeMap(project, slots))
        );
      });
      expect(() => fc.assert(schedule, { numRuns: 500 })).not.toThrow();
    });
  });
});
