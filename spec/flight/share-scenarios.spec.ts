import {
  BehaviorSubject,
  combineLatest,
  concat,
  defer,
  EMPTY,
  map,
  mergeMap,
  NEVER,
  Observable,
  of,
  repeat,
  retry,
  startWith,
  Subject,
  take,
  takeUntil,
  takeWhile,
  tap,
  throwError,
  timer,
  withLatestFrom,
  type ObservableInput,
} from 'rxjs';
import { inFlightCalls, type FlightConfig } from '../../src/index.js';
import { errorsReportedIn } from '../support/errors-reported.js';
import { marbles } from '../support/marbles.js';

/**
 * The scenarios of RxJS's own specs of share() and shareReplay(), restated for a flight. If a flight differs, it differs by a law:
 * a late caller is notified of what it has missed (3), so the first diagrams of a late caller are those of shareReplay().
 *
 * https://github.com/ReactiveX/rxjs/blob/7.x/spec/operators/share-spec.ts
 * https://github.com/ReactiveX/rxjs/blob/7.x/spec/operators/shareReplay-spec.ts
 */
const call = <T>(source: ObservableInput<T>, config?: FlightConfig): Observable<T> =>
  inFlightCalls<string, T>().join('k', () => source, config);

const notifyAtOnce: Record<string, FlightConfig> = {
  'the default': {},
  'a notifier that emits at once': { resetOnRefCountZero: () => of(1) },
  'a notifier that emits twice': { resetOnRefCountZero: () => of(1, 2) },
  'a notifier that emits and never completes': { resetOnRefCountZero: () => concat(of(1), NEVER) },
  'a notifier that emits and then errors': {
    resetOnRefCountZero: () =>
      concat(
        of(1),
        throwError(() => new Error()),
      ),
  },
};

for (const [title, config] of Object.entries(notifyAtOnce)) {
  describe(`Laws 3 and 7: what share() is specified to do, a flight does, with ${title}`, () => {
    it('mirrors a simple source', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--1-2---3-4--5-|');
        const sourceSubs = ' ^--------------!';
        const expected = '   --1-2---3-4--5-|';

        expectObservable(call(source, config)).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      });
    });

    it('shares a single subscription', () => {
      let subscriptions = 0;
      const shared = call(
        new Observable(() => {
          subscriptions++;
        }),
        config,
      );
      expect(subscriptions).toBe(0);
      shared.subscribe();
      shared.subscribe();
      expect(subscriptions).toBe(1);
    });

    it('does not change an error of a hot source', () => {
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const source = hot('---a--^--b--c--d--e--#');
        const sourceSubs = '      ^--------------!';
        const expected = '        ---b--c--d--e--#';

        expectObservable(call(source, config)).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      });
    });

    it('does not change an error of a cold source', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('---a--b--c--d--e--#');
        const sourceSubs = ' ^-----------------!';
        const expected = '   ---a--b--c--d--e--#';

        expectObservable(call(source, config)).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      });
    });

    it('retries', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold(' ---a--b--c--d--e--#                  ');
        const sourceSubs = [
          '                   ^-----------------!                  ',
          '                   ------------------^-----------------!',
        ];
        const expected = '    ---a--b--c--d--e-----a--b--c--d--e--#';

        expectObservable(call(source, config).pipe(retry(1))).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      });
    });

    for (const [end, symbol] of [
      ['values', '|'],
      ['an error', '#'],
    ] as const) {
      it(`shares ${end} with several callers, by the bufferSize`, () => {
        marbles(({ cold, expectObservable, expectSubscriptions }) => {
          const source = cold(`-1-2-3------4-${symbol}`);
          const sourceSubs = ' ^-------------!';
          const caller1 = '    ^              ';
          const expected1 = ` -1-2-3------4-${symbol}`;
          const caller2 = '    ----^          ';
          const spared2 = `   -----3------4-${symbol}`;
          const latest2 = `   ----23------4-${symbol}`;
          const caller3 = '    ------^        ';
          const spared3 = `   ------------4-${symbol}`;
          const latest3 = `   ------3-----4-${symbol}`;
          const all3 = `      ------(123)-4-${symbol}`;

          const none = call(source, { ...config, bufferSize: 0 });
          expectObservable(none, caller1).toBe(expected1);
          expectObservable(none, caller2).toBe(spared2);
          expectObservable(none, caller3).toBe(spared3);
          expectSubscriptions(source.subscriptions).toBe([sourceSubs, sourceSubs, sourceSubs]);

          const one = call(source, { ...config, bufferSize: 1 });
          expectObservable(one, caller1).toBe(expected1);
          expectObservable(one, caller2).toBe(latest2);
          expectObservable(one, caller3).toBe(latest3);

          const all = call(source, config);
          expectObservable(all, caller1).toBe(expected1);
          expectObservable(all, caller3).toBe(all3);
        });
      });
    }

    it('shares until all callers have left explicitly and early', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-1-2-3----4-|');
        const sourceSubs = ' ^--------!   ';
        const caller1 = '    ^--------!   ';
        const expected1 = '  -1-2-3----   ';
        const caller2 = '    ----^----!   ';
        const expected2 = '  -----3----   ';

        const shared = call(source, { ...config, bufferSize: 0 });
        expectObservable(shared, caller1).toBe(expected1);
        expectObservable(shared, caller2).toBe(expected2);
        expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      });
    });

    for (const [kind, symbol, subscription] of [
      ['an empty', '|', '(^!)'],
      ['a never', '-', '^'],
      ['a throwing', '#', '(^!)'],
    ] as const) {
      it(`shares ${kind} source`, () => {
        marbles(({ cold, expectObservable, expectSubscriptions }) => {
          const source = cold(symbol);
          expectObservable(call(source, config)).toBe(symbol);
          expectSubscriptions(source.subscriptions).toBe(subscription);
        });
      });
    }

    it('connects when the first caller subscribes', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('   -1-2-3----4-|');
        const sourceSubs = ' ---^-----------!';
        const caller1 = '    ---^            ';
        const expected1 = '  ----1-2-3----4-|';
        const caller2 = '    -------^        ';
        const expected2 = '  --------3----4-|';
        const caller3 = '    -----------^    ';
        const expected3 = '  -------------4-|';

        const shared = call(source, { ...config, bufferSize: 0 });
        expectObservable(shared, caller1).toBe(expected1);
        expectObservable(shared, caller2).toBe(expected2);
        expectObservable(shared, caller3).toBe(expected3);
        expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      });
    });

    it('disconnects when the last caller leaves, also through further operators', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('   -1-2-3----4-|');
        const sourceSubs = ' ---^--------!   ';
        const caller1 = '    ---^------!     ';
        const expected1 = '  ----1-2-3--     ';
        const caller2 = '    -------^----!   ';
        const expected2 = '  --------3----   ';

        const shared = call(source.pipe(mergeMap((value) => of(value))), { ...config, bufferSize: 0 }).pipe(
          mergeMap((value) => of(value)),
        );
        expectObservable(shared, caller1).toBe(expected1);
        expectObservable(shared, caller2).toBe(expected2);
        expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      });
    });

    it('can be retried and repeated when the source is over within a frame', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const fails = cold('    (123#)    ');
        const completes = cold('(123|)    ');
        const caller1 = '       ^         ';
        const retried1 = '      (123123#) ';
        const repeated1 = '     (123123|) ';
        const caller2 = '       -^        ';
        const retried2 = '      -(123123#)';
        const repeated2 = '     -(123123|)';
        const sourceSubs = ['   (^!)      ', '(^!)', '-(^!)', '-(^!)'];

        const retried = call(fails, config).pipe(retry(1));
        expectObservable(retried, caller1).toBe(retried1);
        expectObservable(retried, caller2).toBe(retried2);
        expectSubscriptions(fails.subscriptions).toBe(sourceSubs);

        const repeated = call(completes, config).pipe(repeat(2));
        expectObservable(repeated, caller1).toBe(repeated1);
        expectObservable(repeated, caller2).toBe(repeated2);
        expectSubscriptions(completes.subscriptions).toBe(sourceSubs);
      });
    });

    it('can be retried and repeated by several callers at once', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const fails = cold('    -1-2-3----4-#                        ');
        const completes = cold('-1-2-3----4-|                        ');
        const caller1 = '       ^                                    ';
        const retried1 = '      -1-2-3----4--1-2-3----4--1-2-3----4-#';
        const repeated1 = '     -1-2-3----4--1-2-3----4--1-2-3----4-|';
        const caller2 = '       ----^                                ';
        const retried2 = '      -----3----4--1-2-3----4--1-2-3----4-#';
        const repeated2 = '     -----3----4--1-2-3----4--1-2-3----4-|';
        const sourceSubs = [
          '                     ^-----------!                        ',
          '                     ------------^-----------!            ',
          '                     ------------------------^-----------!',
        ];

        const retried = call(fails, { ...config, bufferSize: 0 }).pipe(retry(2));
        expectObservable(retried, caller1).toBe(retried1);
        expectObservable(retried, caller2).toBe(retried2);
        expectSubscriptions(fails.subscriptions).toBe(sourceSubs);

        const repeated = call(completes, { ...config, bufferSize: 0 }).pipe(repeat(3));
        expectObservable(repeated, caller1).toBe(repeated1);
        expectObservable(repeated, caller2).toBe(repeated2);
        expectSubscriptions(completes.subscriptions).toBe(sourceSubs);
      });
    });

    it('stops a synchronous source when left', () => {
      const emitted: number[] = [];
      const source = new Observable<number>((subscriber) => {
        for (let value = 0; !subscriber.closed && value < 10; value++) {
          emitted.push(value);
          subscriber.next(value);
        }
      });
      call(source, config).pipe(take(3)).subscribe();
      expect(emitted).toEqual([0, 1, 2]);
    });

    it('does not fail if it subscribes to itself (#6144)', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('(123|)');
        const sourceSubs = ' (^!)  ';
        const expected = '   (136|)';

        const itself = defer(() => shared).pipe(startWith(0));
        const shared: Observable<string> = call(
          source.pipe(
            withLatestFrom(itself),
            map(([a, b]) => String(Number(a) + Number(b))),
          ),
          config,
        );
        expectObservable(shared).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      });
    });

    it('starts afresh when a firehose is left and called again at once', () => {
      let subscriptions = 0;
      const source = new Observable<number>((subscriber) => {
        subscriptions++;
        for (let value = 0; value < 3 && !subscriber.closed; value++) {
          subscriber.next(value);
        }
        subscriber.complete();
      });
      const received: number[] = [];
      call(source, config)
        .pipe(take(2), repeat(2))
        .subscribe((value) => received.push(value));
      expect(subscriptions).toBe(2);
      expect(received).toEqual([0, 1, 0, 1]);
    });

    it('starts afresh when a source is left and called again at once', () => {
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const source = hot(' ---1---2---3---(4 )---5---|');
        const sourceSubs = ['^------!                   ', '-------^-------(! )        '];
        const expected = '   ---1---2---3---(4|)        ';

        const twoValues = call(source, config).pipe(take(2));
        expectObservable(concat(twoValues, twoValues)).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      });
    });

    it('keeps two combined calls apart, and subscribes once (#6760)', () => {
      let subscriptions = 0;
      const source = defer(() => {
        subscriptions++;
        return new BehaviorSubject(1);
      });
      const shared = call(source, config);
      const received: number[][] = [];
      combineLatest([shared, shared])
        .pipe(take(1))
        .subscribe((both) => received.push(both));
      expect(received).toEqual([[1, 1]]);
      expect(subscriptions).toBe(1);
    });
  });
}

const neverReset: Record<string, FlightConfig> = {
  false: { resetOnRefCountZero: false },
  'a notifier that is EMPTY': { resetOnRefCountZero: () => EMPTY },
  'a notifier that is NEVER': { resetOnRefCountZero: () => NEVER },
};

for (const [title, config] of Object.entries(neverReset)) {
  describe(`Laws 6 and 7: what share() is specified to do, a flight does, with ${title}`, () => {
    it('still ends when the source completes, and can be repeated', () => {
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const source = hot(' ---a---b---c---d---e---f----#');
        const expected = '   ---a---b---c---d---e---f----#';
        const sourceSubs = [
          '                  ^----------!                 ',
          '                  -----------^-----------!     ',
          '                  -----------------------^----!',
        ];

        expectObservable(call(source.pipe(take(3)), config).pipe(repeat())).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      });
    });

    it('still ends when the source fails, and can be retried', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('---a---b---c---#                          ');
        const expected = '   ---a---b---c------a---b---c------a---b---|';
        const sourceSubs = [
          '                  ^--------------!                          ',
          '                  ---------------^--------------!           ',
          '                  ------------------------------^----------!',
        ];
        const complete = new Subject<void>();
        let values = 0;

        const result = call(source.pipe(takeUntil(complete)), config).pipe(
          retry(),
          tap(() => {
            if (++values === 9) complete.next();
          }),
        );
        expectObservable(result).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      });
    });

    it('is not cancelled when the last caller leaves', () => {
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const source = hot('---v---v---v---E--v---v---v---C---v----v------v---');
        const caller = '    ^-------------------------------------------!     ';
        const expected = '  ---v---v---v------v---v---v-------v----v----      ';
        const sourceSubs = [
          '                 ^--------------!                                  ',
          '                 ---------------^--------------!                   ',
          '                 ------------------------------^-------------------',
        ];

        const result = call(
          source.pipe(
            tap((value) => {
              if (value === 'E') throw new Error('E');
            }),
            takeWhile((value) => value !== 'C'),
          ),
          config,
        ).pipe(retry(), repeat());
        expectObservable(result, caller).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      });
    });

    it('replays to a caller that joins when all have left', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('a-b-c-d-e-f-g-h-i-j');
        const sourceSubs = ' ^------------------';
        const caller1 = '    ^------!           ';
        const expected1 = '  a-b-c-d-           ';
        const caller2 = '    -----------^       ';
        const expected2 = '  -----------fg-h-i-j';

        const shared = call(source, { ...config, bufferSize: 1 });
        expectObservable(shared, caller1).toBe(expected1);
        expectObservable(shared, caller2).toBe(expected2);
        expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      });
    });
  });
}

describe('Laws 7 and 12: what share() is specified to do with a deferred notifier, a flight does', () => {
  it('does not cancel if a caller comes back before it emits', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('---1---2---3---4---5---|');
      const sourceSubs = ' ^----------------------!';
      const expected = '   ---1---2---3---4---5---|';

      // A call made from inside a next joins in a later task.
      const resetOnRefCountZero = () => timer(2);
      const threeValues = call(source, { bufferSize: 0, resetOnRefCountZero }).pipe(take(3));
      expectObservable(concat(threeValues, threeValues)).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });

  it('cancels only after the notifier has emitted', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('    ---1---2---3---4---5---|');
      const sourceSubs = ['   ^----------------!      ', '------------------^----!'];
      const expected = '      ---1---2---3---4---5---|';
      const pause1 = cold('          -|               ');
      const notifier = cold('        --r              ');
      const pause2 = cold('                  ---|     ');
      const notifierSubs = [' -------^!               ', '---------------^-!'];

      const shared = call(source, { bufferSize: 0, resetOnRefCountZero: () => notifier }).pipe(take(2));
      expectObservable(concat(shared, pause1, shared, pause2, shared)).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(notifier.subscriptions).toBe(notifierSubs);
    });
  });

  it('does not cancel if the notifier errors, and reports it', async () => {
    const error = new Error('notifier');
    const errors = await errorsReportedIn(() => {
      marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
        const source = hot('    ---1---2---3---4---(5 )---|');
        const sourceSubs = '    ^------------------(- )---!';
        const expected = '      ---1---2-------4---(5|)    ';
        const pause = cold('           ------|             ');
        const notifier = cold('        --#                 ', undefined, error);

        const shared = call(source, { bufferSize: 0, resetOnRefCountZero: () => notifier }).pipe(take(2));
        expectObservable(concat(shared, pause, shared)).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      });
    });
    expect(errors).toEqual([error, error]);
  });

  it('lingers by a timer, as in the documentation of share()', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('0---1---2---3---4---5');
      const caller1 = '    ^----!               ';
      const expected1 = '  0---1-               ';
      const caller2 = '    -------^-!           ';
      const expected2 = '  -------12-           ';
      const sourceSubs = ' ^-----------!        ';

      const shared = call(source, { bufferSize: 1, resetOnRefCountZero: () => timer(3) });
      expectObservable(shared, caller1).toBe(expected1);
      expectObservable(shared, caller2).toBe(expected2);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });
});

describe('Laws 3 and 9: what shareReplay() is specified to do, a flight does until it ends', () => {
  it('replays the latest two', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-1-2-----3------4-|');
      const sourceSubs = ' ^-----------------!';
      const caller1 = '    ^                  ';
      const expected1 = '  -1-2-----3------4-|';
      const caller2 = '    ----^              ';
      const expected2 = '  ----(12)-3------4-|';
      const caller3 = '    -----------^       ';
      const expected3 = '  -----------(23)-4-|';

      const shared = call(source, { bufferSize: 2 });
      expectObservable(shared, caller1).toBe(expected1);
      expectObservable(shared, caller2).toBe(expected2);
      expectObservable(shared, caller3).toBe(expected3);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });

  it('can be retried by early and late callers', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-1-2-----3-#                      ');
      const sourceSubs = [
        '                  ^----------!                      ',
        '                  -----------^----------!           ',
        '                  ----------------------^----------!',
      ];
      const caller1 = '    ^                                 ';
      const expected1 = '  -1-2-----3--1-2-----3-#           ';
      const caller2 = '    ----^                             ';
      const expected2 = '  ----(12)-3--1-2-----3-#           ';
      const caller3 = '    ---------------^                  ';
      const expected3 = '  ---------------(12)-3--1-2-----3-#';

      const shared = call(source, { bufferSize: 2 }).pipe(retry(1));
      expectObservable(shared, caller1).toBe(expected1);
      expectObservable(shared, caller2).toBe(expected2);
      expectObservable(shared, caller3).toBe(expected3);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });

  it('starts afresh after all have left', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('a-b-c-d-e-f-g-h-i-j           ');
      const sourceSubs = ['^------!                      ', '-----------^------------------'];
      const caller1 = '    ^------!                      ';
      const expected1 = '  a-b-c-d-                      ';
      const caller2 = '    -----------^                  ';
      const expected2 = '  -----------a-b-c-d-e-f-g-h-i-j';

      const shared = call(source, { bufferSize: 1 });
      expectObservable(shared, caller1).toBe(expected1);
      expectObservable(shared, caller2).toBe(expected2);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });

  it('differs after completion: it is no cache, and starts afresh', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-1-2-|              ');
      const sourceSubs = ['^----!              ', '---------------^----!'];
      const caller1 = '    ^                   ';
      const expected1 = '  -1-2-|              ';
      const caller2 = '    ---------------^    ';
      const expected2 = '  ----------------1-2-|';

      const shared = call(source, { bufferSize: 2 });
      expectObservable(shared, caller1).toBe(expected1);
      expectObservable(shared, caller2).toBe(expected2);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });

  it('skips nothing of a synchronous source', () => {
    marbles(({ cold, expectObservable }) => {
      const times = cold('x-------x     ');
      const expected = '  (abcd)--(abcd)';

      const shared = call(of('a', 'b', 'c', 'd'), { bufferSize: 1 });
      expectObservable(times.pipe(mergeMap(() => shared))).toBe(expected);
    });
  });
});
