import {
  EMPTY,
  from,
  NEVER,
  Observable,
  of,
  Subject,
  take,
  throwError,
  type ObservableInput,
  type Observer,
} from 'rxjs';
import { coalesceBy, coalesced, inFlightCalls } from '../../src/index.js';
import { expectCollected } from '../support/collected.js';
import { Log } from '../support/log.js';
import { marbles } from '../support/marbles.js';
import { Steered } from '../support/steered.js';

const itself = (value: string): string => value;
/** In these specs `a` and `A` are two values with one key. */
const lowerCase = (value: string): string => value.toLowerCase();

/** Emits 0, 1, 2, … while it has a subscriber, and throws if that never stops. */
function firehose(): { readonly numbers: Observable<number>; readonly emitted: number } {
  let emitted = 0;
  const numbers = new Observable<number>((subscriber) => {
    while (!subscriber.closed && emitted < 1000) {
      subscriber.next(emitted++);
    }
  });
  return {
    numbers,
    get emitted() {
      return emitted;
    },
  };
}

describe('Law 13: coalesceBy is mergeMap whose inner runs are coalesced by key', () => {
  it('answers the values of a key that overlap from one run, and runs afresh after its end', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source = hot(' -a---a--------a-----------|');
      const inner = cold('  --x---y|                  ');
      const first = '      -^------!                  ';
      const second = '     --------------^------!     ';
      const expected = '   ---x-x-(yy)-----x---y-----|';

      expectObservable(source.pipe(coalesceBy(itself, () => inner))).toBe(expected);
      expectSubscriptions(inner.subscriptions).toBe([first, second]);
    });
  });

  it('runs different keys side by side', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-a---------|');
      const a = cold('     ------x|       ');
      const b = cold('       --------y|   ');
      const aSubs = '     -^------!       ';
      const bSubs = '     ---^--------!   ';
      const expected = '  -------(xx)y---|';

      expectObservable(source.pipe(coalesceBy(itself, (key) => (key === 'a' ? a : b)))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    });
  });

  it('does not replay to a late value what a finite bufferSize has dropped', () => {
    marbles(({ cold, hot, expectObservable }) => {
      const source = hot(' -a-----a--------|');
      const inner = cold('  -x-y-----z|     ');
      const expected = '   --x-y--y--(zz)--|';

      expectObservable(source.pipe(coalesceBy(itself, () => inner, { bufferSize: 1 }))).toBe(expected);
    });
  });

  it('completes with the source when the last run has completed before', () => {
    marbles(({ cold, hot, expectObservable }) => {
      const source = hot(' -a-----|');
      const inner = cold('  -x|    ');
      const expected = '   --x----|';

      expectObservable(source.pipe(coalesceBy(itself, () => inner))).toBe(expected);
    });
  });

  it('completes with the last run when the source has completed before', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source = hot(' -a-b|       ');
      const a = cold('      -------x|  ');
      const b = cold('        --y|     ');
      const sourceSubs = ' ^---!       ';
      const expected = '   -----y--x|  ';

      expectObservable(source.pipe(coalesceBy(itself, (key) => (key === 'a' ? a : b)))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });

  it('does not complete before a run that never ends', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source = hot(' -a--|    ');
      const inner = cold('  -x------');
      const subs = '       -^-------';
      const expected = '   --x------';

      expectObservable(source.pipe(coalesceBy(itself, () => inner))).toBe(expected);
      expectSubscriptions(inner.subscriptions).toBe(subs);
    });
  });

  it('completes with a source that has no values', () => {
    const log = new Log();
    EMPTY.pipe(coalesceBy(itself, () => NEVER)).subscribe(log.observer('A'));
    expect(log.take()).toEqual(['A complete']);
  });

  it('answers nothing from an empty run', () => {
    const log = new Log();
    of('a', 'a', 'b')
      .pipe(coalesceBy(itself, () => EMPTY))
      .subscribe(log.observer('A'));
    expect(log.take()).toEqual(['A complete']);
  });

  it('runs for each value if runs end at once', () => {
    const log = new Log();
    of('a', 'A', 'a')
      .pipe(coalesceBy(lowerCase, (value, index) => of(value, index)))
      .subscribe(log.observer('A'));
    expect(log.take()).toEqual(['A a', 'A 0', 'A A', 'A 1', 'A a', 'A 2', 'A complete']);
  });

  it('takes any ObservableInput from project', async () => {
    const inputs: Record<string, () => ObservableInput<number>> = {
      array: () => [1, 2],
      iterable: () => new Set([3, 4]),
      promise: () => Promise.resolve(5),
      'async iterable': async function* () {
        yield 6;
        yield 7;
      },
    };
    const answers: number[] = [];
    const inFlight = inFlightCalls<string, number>();
    await from(Object.keys(inputs))
      .pipe(coalesceBy(itself, (name) => inputs[name]!(), { inFlight }))
      .forEach((answer) => answers.push(answer));
    expect(answers).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(inFlight.size).toBe(0);
  });

  it('calls keyFn with every value and its index, and project with those of the leader', () => {
    const log = new Log();
    const steered = new Steered(log);
    const keyFn = (value: string, index: number): string => {
      log.add(`key of ${value} ${index}`);
      return value.toLowerCase();
    };
    const project = (value: string, index: number): Observable<unknown> => {
      log.add(`project ${value} ${index}`);
      return steered.start();
    };
    const result = of('a', 'A', 'b').pipe(coalesceBy(keyFn, project));

    result.subscribe();
    expect(log.take()).toEqual([
      'key of a 0',
      'project a 0',
      'run 1',
      'key of A 1',
      'key of b 2',
      'project b 2',
      'run 2',
    ]);

    // Each subscriber counts for itself; here it finds the flights of the first.
    result.subscribe();
    expect(log.take()).toEqual(['key of a 0', 'key of A 1', 'key of b 2']);
  });

  it('counts every waiting value as one caller', () => {
    const inFlight = inFlightCalls<string, never>();
    const result = of('a', 'b', 'A', 'a').pipe(coalesceBy(lowerCase, () => NEVER, { inFlight }));

    const first = result.subscribe();
    expect([...inFlight.keys()]).toEqual(['a', 'b']);
    expect(inFlight.callers('a')).toBe(3);
    expect(inFlight.callers('b')).toBe(1);

    const second = result.subscribe();
    expect(inFlight.callers('a')).toBe(6);
    first.unsubscribe();
    expect(inFlight.callers('a')).toBe(3);
    second.unsubscribe();
    expect(inFlight.size).toBe(0);
  });

  it('compares keys as a Map does', () => {
    const keys = [NaN, 0, '0', null, undefined, '__proto__', {}, {}, NaN, -0];
    const inFlight = inFlightCalls<unknown, never>();
    from(keys)
      .pipe(
        coalesceBy(
          (key) => key,
          () => NEVER,
          { inFlight },
        ),
      )
      .subscribe();
    expect([...inFlight.keys()]).toEqual(keys.slice(0, -2));
    expect(inFlight.callers(NaN)).toBe(2);
    expect(inFlight.callers(0)).toBe(2);
  });

  it('answers both the values that wait on a forgotten flight and those that came after', () => {
    const log = new Log();
    const steered = new Steered(log);
    const inFlight = inFlightCalls<string, unknown>();
    const source = new Subject<string>();
    source.pipe(coalesceBy(itself, steered.start, { inFlight })).subscribe(log.observer('A'));
    source.next('a');
    inFlight.forget('a');
    source.next('a');
    source.next('a');
    source.complete();
    steered.sources[0]!.next('old');
    steered.sources[1]!.next('new');
    expect(log.take()).toEqual(['run 1', 'run 2', 'A old', 'A new', 'A new']);
    steered.sources[1]!.complete();
    expect(log.take()).toEqual(['teardown 2']);
    steered.sources[0]!.complete();
    expect(log.take()).toEqual(['teardown 1', 'A complete']);
  });

  describe('errors', () => {
    it('passes on an error of the source, and cancels', () => {
      marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
        const source = hot(' -a---#   ');
        const inner = cold('  --x---y-');
        const subs = '       -^---!   ';
        const expected = '   ---x-#   ';

        expectObservable(source.pipe(coalesceBy(itself, () => inner))).toBe(expected);
        expectSubscriptions(inner.subscriptions).toBe(subs);
      });
    });

    it('passes on an error of a run once, leaves the source and cancels the other runs', () => {
      marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
        const source = hot(' -a-ba----a');
        const a = cold('      --x---#  ');
        const b = cold('        -------');
        const sourceSubs = ' ^------!  ';
        const aSubs = '      -^-----!  ';
        const bSubs = '      ---^---!  ';
        const expected = '   ---xx--#  ';

        expectObservable(source.pipe(coalesceBy(itself, (key) => (key === 'a' ? a : b)))).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(sourceSubs);
        expectSubscriptions(a.subscriptions).toBe(aSubs);
        expectSubscriptions(b.subscriptions).toBe(bSubs);
      });
    });

    it('emits what keyFn throws to that subscriber alone', () => {
      const log = new Log();
      const steered = new Steered(log);
      const source = new Subject<string>();
      const inFlight = inFlightCalls<string, unknown>();
      let keys = 0;
      const keyFn = (value: string): string => {
        if (++keys === 4) {
          throw new Error('no key');
        }
        return value;
      };
      const result = source.pipe(coalesceBy(keyFn, steered.start, { inFlight }));
      result.subscribe(log.observer('A'));
      result.subscribe(log.observer('B'));

      source.next('a');
      expect(log.take()).toEqual(['run 1']);
      source.next('a');
      expect(log.take()).toEqual(['B error no key']);
      expect(inFlight.callers('a')).toBe(2);
      steered.latest.next('x');
      expect(log.take()).toEqual(['A x', 'A x']);
    });

    it('emits what project throws, and a TypeError for what is no ObservableInput, to all that wait on the flight', () => {
      const failures = [
        () => {
          throw new Error('no run');
        },
        () => undefined as never,
      ];
      for (const fail of failures) {
        const errors: unknown[] = [];
        const inFlight = inFlightCalls<string, never>();
        const project = (): never => {
          inFlight.join('a', () => NEVER).subscribe({ error: (error: unknown) => errors.push(error) });
          return fail();
        };
        of('a', 'b')
          .pipe(coalesceBy(itself, project, { inFlight }))
          .subscribe({ error: (error: unknown) => errors.push(error) });

        expect(errors).toEqual([jasmine.any(Error), errors[0]]);
        expect(inFlight.size).toBe(0);
      }
    });

    it('passes on any error by identity', () => {
      for (const error of [undefined, null, 0, '', {}, new Error('boom')]) {
        const errors: unknown[] = [];
        of('a')
          .pipe(coalesceBy(itself, () => throwError(() => error)))
          .subscribe({ error: (error: unknown) => errors.push(error) });
        expect(errors).toEqual([error]);
        expect(errors[0]).toBe(error);
      }
    });
  });

  describe('leaving', () => {
    it('leaves the source and cancels the runs that nobody else waits on', () => {
      marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
        const source = hot(' -a-b----b-');
        const a = cold('      --x------');
        const b = cold('        --y----');
        const unsub = '      ------!   ';
        const sourceSubs = ' ^-----!   ';
        const aSubs = '      -^----!   ';
        const bSubs = '      ---^--!   ';
        const expected = '   ---x-y-   ';

        expectObservable(source.pipe(coalesceBy(itself, (key) => (key === 'a' ? a : b))), unsub).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(sourceSubs);
        expectSubscriptions(a.subscriptions).toBe(aSubs);
        expectSubscriptions(b.subscriptions).toBe(bSubs);
      });
    });

    it('does not disturb the other subscribers of a run that it leads', () => {
      marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
        const source = hot('    -a---------|');
        const inner = cold('     --x---y|   ');
        const subs = '          -^------!   ';
        const leaderLeaves = '  -----!      ';
        const leader = '        ---x--      ';
        const follower = '      ---x---y---|';
        const result = source.pipe(coalesceBy(itself, () => inner));

        expectObservable(result, leaderLeaves).toBe(leader);
        expectObservable(result).toBe(follower);
        expectSubscriptions(inner.subscriptions).toBe(subs);
      });
    });

    it('is notified of nothing once it has left inside an answer to one of several values', () => {
      const log = new Log();
      const steered = new Steered(log);
      const inFlight = inFlightCalls<string, unknown>();
      of('a', 'a', 'a')
        .pipe(coalesceBy(itself, steered.start, { inFlight }), take(2))
        .subscribe(log.observer('A'));
      steered.latest.next('x');
      expect(log.take()).toEqual(['run 1', 'A x', 'A x', 'A complete', 'teardown 1']);
      expect(inFlight.size).toBe(0);
    });

    it('stops a synchronous firehose of source values', () => {
      const log = new Log();
      const source = firehose();
      source.numbers
        .pipe(
          coalesceBy(
            (value: number) => value,
            (value) => of(value),
          ),
          take(1),
        )
        .subscribe(log.observer('A'));
      expect(log.take()).toEqual(['A 0', 'A complete']);
      expect(source.emitted).toBe(1);
    });

    it('stops a synchronous firehose inside a run', () => {
      const log = new Log();
      const inner = firehose();
      const inFlight = inFlightCalls<string, number>();
      of('a', 'b')
        .pipe(
          coalesceBy(itself, () => inner.numbers, { inFlight }),
          take(1),
        )
        .subscribe(log.observer('A'));
      expect(log.take()).toEqual(['A 0', 'A complete']);
      expect(inner.emitted).toBe(1);
      expect(inFlight.size).toBe(0);
    });

    it('stops the replay to a late value', () => {
      const log = new Log();
      const steered = new Steered(log);
      const source = new Subject<string>();
      const inFlight = inFlightCalls<string, unknown>();
      inFlight.join('a', steered.start).subscribe();
      steered.latest.next('x');
      steered.latest.next('y');
      source.pipe(coalesceBy(itself, steered.start, { inFlight }), take(1)).subscribe(log.observer('A'));
      source.next('a');
      expect(log.take()).toEqual(['run 1', 'A x', 'A complete']);
      expect(inFlight.callers('a')).toBe(1);
    });

    it('lets a run go on if resetOnRefCountZero is false, for the next subscriber to join', () => {
      const log = new Log();
      const steered = new Steered(log);
      const result = of('a').pipe(coalesceBy(itself, steered.start, { resetOnRefCountZero: false }));
      result.subscribe(log.observer('A')).unsubscribe();
      steered.latest.next('x');
      result.subscribe(log.observer('B'));
      steered.latest.complete();
      expect(log.take()).toEqual(['run 1', 'B x', 'B complete', 'teardown 1']);
    });
  });

  describe('sharing', () => {
    it('shares flights among the subscribers of one application to a source', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-a-----|');
        const inner = cold('  ---x--|');
        const subs = '       -^-----!';
        const expected1 = '  ----x--|';
        const late = '       --^      ';
        const expected2 = '  ----x----|';
        const result = source.pipe(coalesceBy(itself, () => inner));

        expectObservable(result).toBe(expected1);
        expectObservable(result, late).toBe(expected2);
        expectSubscriptions(inner.subscriptions).toBe(subs);
      });
    });

    it('is referentially transparent: two applications of one operator share nothing', () => {
      const steered = new Steered();
      const operator = coalesceBy(itself, steered.start);
      of('a').pipe(operator).subscribe();
      of('a').pipe(operator).subscribe();
      expect(steered.runs).toBe(2);
    });

    it('shares with everything else that has the same inFlight, by the leader’s project', () => {
      const log = new Log();
      const inFlight = inFlightCalls<string, string>();
      const source = new Subject<string>();
      const lead = (who: string): Observable<string> => {
        log.add(who);
        return NEVER;
      };
      const load = coalesced((id: string) => lead(`function leads ${id}`), { inFlight });
      source.pipe(coalesceBy(itself, (id, index) => lead(`first leads ${id} ${index}`), { inFlight })).subscribe();
      source.pipe(coalesceBy(itself, (id) => lead(`second leads ${id}`), { inFlight })).subscribe();

      source.next('a');
      load('a').subscribe();
      expect(log.take()).toEqual(['first leads a 0']);
      expect(inFlight.callers('a')).toBe(3);

      load('b').subscribe();
      source.next('b');
      expect(log.take()).toEqual(['function leads b']);
      expect(inFlight.callers('b')).toBe(3);
    });
  });

  describe('re-entrant sources', () => {
    it('answers a value that a handler emits while its key is in flight', () => {
      const log = new Log();
      const steered = new Steered();
      const source = new Subject<string>();
      let again = true;
      source.pipe(coalesceBy(itself, steered.start)).subscribe((answer) => {
        log.add(String(answer));
        if (again) {
          again = false;
          source.next('a');
          source.next('a');
        }
      });
      source.next('a');
      source.next('a');
      steered.latest.next('x');
      steered.latest.next('y');

      expect(steered.runs).toBe(1);
      expect(log.take().sort()).toEqual(['x', 'x', 'x', 'x', 'y', 'y', 'y', 'y']);
    });

    it('joins a value that project itself emits to its own flight', () => {
      const log = new Log();
      const source = new Subject<string>();
      const inner = new Subject<string>();
      const project = (value: string): Observable<string> => {
        log.add(`project ${value}`);
        source.next('A');
        return inner;
      };
      source.pipe(coalesceBy(lowerCase, project)).subscribe(log.observer('A'));
      source.next('a');
      inner.next('x');
      expect(log.take()).toEqual(['project a', 'A x', 'A x']);
    });

    it('runs afresh for a value emitted once the flight has ended', () => {
      const log = new Log();
      const steered = new Steered(log);
      const source = new Subject<string>();
      const inFlight = inFlightCalls<string, unknown>();
      inFlight.events.pipe(take(2)).subscribe(({ type }) => {
        if (type === 'complete') {
          source.next('a');
        }
      });
      source.pipe(coalesceBy(itself, steered.start, { inFlight })).subscribe(log.observer('A'));
      source.next('a');
      steered.latest.complete();
      expect(log.take()).toEqual(['run 1', 'run 2', 'teardown 1']);
      expect(inFlight.callers('a')).toBe(1);

      source.complete();
      expect(log.take()).toEqual([]);
      steered.latest.next('x');
      steered.latest.complete();
      expect(log.take()).toEqual(['A x', 'teardown 2', 'A complete']);
    });

    it('answers a value although its keyFn completes the source', () => {
      const log = new Log();
      const source = new Subject<string>();
      const keyFn = (value: string): string => {
        source.complete();
        return value;
      };
      source.pipe(coalesceBy(keyFn, () => of('x'))).subscribe(log.observer('A'));
      source.next('a');
      expect(log.take()).toEqual(['A x', 'A complete']);
    });

    it('makes no call if keyFn makes the subscriber leave', () => {
      const log = new Log();
      const steered = new Steered(log);
      const source = new Subject<string>();
      const keyFn = (value: string): string => {
        subscription.unsubscribe();
        return value;
      };
      const subscription = source.pipe(coalesceBy(keyFn, steered.start)).subscribe();
      source.next('a');
      expect(log.take()).toEqual([]);
    });

    it('makes no call if it leaves at the end of a flight that was over when it was looked up', () => {
      const source = new Subject<string>();
      const steered = new Steered();
      const inFlight = inFlightCalls<string, unknown>();
      inFlight.join('a', () => new Observable((subscriber) => subscriber.unsubscribe())).subscribe();
      inFlight.events.subscribe(({ type }) => {
        if (type === 'cancel') {
          subscription.unsubscribe();
        }
      });
      const subscription = source.pipe(coalesceBy(itself, steered.start, { inFlight })).subscribe();
      source.next('a');
      expect(steered.runs).toBe(0);
      expect(inFlight.size).toBe(0);
    });

    it('answers all its values from one run if a listener emits one as a flight is found to be over', () => {
      const source = new Subject<string>();
      const steered = new Steered();
      const inFlight = inFlightCalls<string, unknown>();
      inFlight.join('a', () => new Observable((subscriber) => subscriber.unsubscribe())).subscribe();
      const listening = inFlight.events.subscribe(({ type }) => {
        if (type === 'cancel') {
          source.next('a');
        }
      });
      const subscription = source.pipe(coalesceBy(itself, steered.start, { inFlight })).subscribe();
      source.next('a');
      expect(steered.runs).toBe(1);
      expect(inFlight.callers('a')).toBe(2);
      listening.unsubscribe();
      subscription.unsubscribe();
      expect(inFlight.size).toBe(0);
      expect(steered.teardowns).toEqual([1]);
    });

    it('leaves at any event of its own flight', () => {
      for (const moment of ['start', 'join'] as const) {
        const log = new Log();
        const steered = new Steered();
        const source = new Subject<string>();
        const inFlight = inFlightCalls<string, unknown>();
        inFlight.events.subscribe(({ type, callers }) => {
          log.add(`${type} ${callers}`);
          if (type === moment) {
            subscription.unsubscribe();
          }
        });
        const subscription = source.pipe(coalesceBy(itself, steered.start, { inFlight })).subscribe();
        source.next('a');
        source.next('a');
        source.next('a');
        expect(inFlight.size).withContext(moment).toBe(0);
        expect(log.take().slice(-2)).toEqual(['leave 0', 'cancel 0']);
        expect(steered.teardowns.every((count) => count === 1)).toBeTrue();
      }
    });

    it('feeds its answers back to its source', () => {
      const log = new Log();
      const source = new Subject<number>();
      source
        .pipe(
          coalesceBy(
            (value: number) => value,
            (value) => of(value + 1),
          ),
        )
        .subscribe((answer) => {
          log.add(String(answer));
          if (answer < 3) {
            source.next(answer);
          }
        });
      source.next(0);
      expect(log.take()).toEqual(['1', '2', '3']);
    });
  });

  describe('runs that a handler makes go on', () => {
    /** Two values wait; the handler of the first answer calls `goOn` with the run. */
    function notificationsIf(goOn: (run: Observer<unknown>) => void): string[] {
      const log = new Log();
      const { next, error, complete } = log.observer('A');
      const steered = new Steered();
      let first = true;
      of('a', 'a')
        .pipe(coalesceBy(itself, steered.start))
        .subscribe({
          next: (answer) => {
            next(answer);
            if (first) {
              first = false;
              goOn(steered.latest);
            }
          },
          error,
          complete,
        });
      steered.latest.next('x');
      return log.take();
    }

    it('notifies every waiting value of an earlier answer before a later one', () => {
      expect(notificationsIf((run) => run.next('y'))).toEqual(['A x', 'A x', 'A y', 'A y']);
    });

    it('notifies every waiting value of an answer before the end', () => {
      expect(notificationsIf((run) => run.complete())).toEqual(['A x', 'A x', 'A complete']);
    });

    it('notifies every waiting value of an answer before an error', () => {
      expect(notificationsIf((run) => run.error('boom'))).toEqual(['A x', 'A x', 'A error boom']);
    });
  });
});

describe('Law 13: with a resultSelector, each waiting value is answered by its own', () => {
  const pair = (value: string, result: unknown, index: number): string => `${value}${index}=${String(result)}`;

  it('pairs every result with the value that asked, and its index', () => {
    const log = new Log();
    const steered = new Steered(log);
    of('a', 'b', 'A', 'a')
      .pipe(coalesceBy(lowerCase, steered.start, { resultSelector: pair }))
      .subscribe(log.observer('result'));
    steered.sources[0]!.next('x');
    steered.sources[1]!.next('y');
    steered.sources[0]!.next('z');
    expect(log.take()).toEqual([
      ...['run 1', 'run 2'],
      ...['result a0=x', 'result A2=x', 'result a3=x'],
      'result b1=y',
      ...['result a0=z', 'result A2=z', 'result a3=z'],
    ]);
  });

  it('replays to a late value what was emitted before, with the value itself', () => {
    const log = new Log();
    const steered = new Steered();
    const source = new Subject<string>();
    source.pipe(coalesceBy(lowerCase, steered.start, { resultSelector: pair })).subscribe(log.observer('result'));
    source.next('a');
    steered.latest.next('x');
    source.next('A');
    steered.latest.next('y');
    source.next('a');
    source.next('A');
    expect(log.take()).toEqual([
      ...['result a0=x', 'result A1=x', 'result a0=y', 'result A1=y'],
      ...['result a2=x', 'result a2=y', 'result A3=x', 'result A3=y'],
    ]);
    steered.latest.next('z');
    expect(log.take()).toEqual(['result a0=z', 'result A1=z', 'result a2=z', 'result A3=z']);
  });

  it('does not replay to a late value what a finite bufferSize has dropped', () => {
    for (const bufferSize of [0, 1]) {
      const log = new Log();
      const steered = new Steered();
      const source = new Subject<string>();
      source
        .pipe(coalesceBy(lowerCase, steered.start, { resultSelector: pair, bufferSize }))
        .subscribe(log.observer('result'));
      source.next('a');
      steered.latest.next('x');
      steered.latest.next('y');
      log.take();
      source.next('A');
      source.next('a');
      expect(log.take()).toEqual(bufferSize === 0 ? [] : ['result A1=y', 'result a2=y']);
      steered.latest.next('z');
      expect(log.take()).toEqual(['result a0=z', 'result A1=z', 'result a2=z']);
    }
  });

  it('answers the values of a queued key from one run', () => {
    const log = new Log();
    const steered = new Steered(log);
    of('a', 'B', 'b', 'c', 'B')
      .pipe(coalesceBy(lowerCase, steered.start, { resultSelector: pair, concurrent: 1 }))
      .subscribe(log.observer('result'));
    steered.latest.complete();
    steered.latest.next('x');
    expect(log.take()).toEqual(['run 1', 'teardown 1', 'run 2', 'result B1=x', 'result b2=x', 'result B4=x']);
  });

  it('answers each of 100,000 values of one queued key with its own', () => {
    const length = 100_000;
    const first = new Subject<number>();
    const answers: number[] = [];
    from(Array(length + 1).keys())
      .pipe(
        coalesceBy(
          (value) => (value === 0 ? 'a' : 'b'),
          (value) => (value === 0 ? first : of(value)),
          { concurrent: 1, resultSelector: (value, result, index) => (value === index && result === 1 ? value : -1) },
        ),
      )
      .subscribe((answer) => answers.push(answer));
    first.complete();
    expect(answers.length).toBe(length);
    expect(answers.every((answer, place) => answer === place + 1)).toBeTrue();
  });

  it('gives no answer for a value that is dropped', () => {
    const log = new Log();
    const steered = new Steered();
    of('a', 'A', 'b', 'B')
      .pipe(coalesceBy(lowerCase, steered.start, { resultSelector: pair, concurrent: 1, duplicates: 'ignore' }))
      .subscribe(log.observer('result'));
    steered.latest.next('x');
    steered.latest.complete();
    steered.latest.next('y');
    expect(log.take()).toEqual(['result a0=x', 'result b2=y']);
  });

  it('pairs for each subscriber by its own values, even if somebody else leads', () => {
    const log = new Log();
    const steered = new Steered();
    const inFlight = inFlightCalls<string, unknown>();
    const source = new Subject<string>();
    inFlight.join('a', steered.start).subscribe(log.observer('bare'));
    source.pipe(coalesceBy(lowerCase, steered.start, { inFlight })).subscribe(log.observer('plain'));
    source.next('a');
    source
      .pipe(coalesceBy(lowerCase, steered.start, { inFlight, resultSelector: pair }))
      .subscribe(log.observer('paired'));
    source.next('A');
    steered.latest.next('x');
    expect(log.take()).toEqual(['bare x', 'plain x', 'plain x', 'paired A0=x']);
  });

  it('emits what it throws to this subscriber alone, which leaves', () => {
    const log = new Log();
    const steered = new Steered(log);
    const inFlight = inFlightCalls<string, unknown>();
    const source = new Subject<string>();
    const resultSelector = (value: string): string => {
      if (value === 'A') {
        throw new Error(`no answer for ${value}`);
      }
      return value;
    };
    source.pipe(coalesceBy(lowerCase, steered.start, { inFlight, resultSelector })).subscribe(log.observer('A'));
    source.next('a');
    source.next('A');
    source.next('a');
    inFlight.join('a', steered.start).subscribe(log.observer('B'));
    steered.latest.next('x');
    expect(log.take()).toEqual(['run 1', 'A a', 'A error no answer for A', 'B x']);
    expect(inFlight.callers('a')).toBe(1);
    expect(source.observed).toBeFalse();
  });

  it('notifies every value of an earlier result before a later one if an answer makes the run go on', () => {
    for (const bufferSize of [0, 1, Infinity]) {
      const log = new Log();
      const steered = new Steered();
      const source = new Subject<string>();
      const { next, error, complete } = log.observer('result');
      source.pipe(coalesceBy(lowerCase, steered.start, { resultSelector: pair, bufferSize })).subscribe({
        next: (answer) => {
          next(answer);
          if (answer === 'a0=x') {
            steered.latest.next('y');
          }
        },
        error,
        complete,
      });
      ['a', 'A', 'a'].forEach((value) => source.next(value));
      steered.latest.next('x');
      steered.latest.complete();
      expect(log.take())
        .withContext(String(bufferSize))
        .toEqual(['result a0=x', 'result A1=x', 'result a2=x', 'result a0=y', 'result A1=y', 'result a2=y']);
    }
  });

  it('answers each value with its own if an answer makes the source emit', () => {
    for (const bufferSize of [0, 1, Infinity]) {
      const steered = new Steered();
      const source = new Subject<string>();
      const answers: string[] = [];
      source.pipe(coalesceBy(lowerCase, steered.start, { resultSelector: pair, bufferSize })).subscribe((answer) => {
        answers.push(answer);
        if (answer === 'a0=x') {
          source.next('A');
          source.next('a');
        }
      });
      source.next('a');
      source.next('a');
      steered.latest.next('x');
      // After this one, the values that a handler of an answer has emitted join.
      steered.latest.next('y');
      steered.latest.next('z');
      expect(answers.filter((answer) => answer.endsWith('z')).sort())
        .withContext(String(bufferSize))
        .toEqual(['A2=z', 'a0=z', 'a1=z', 'a3=z']);
    }
  });

  it('answers all its values from one run if a listener emits one as a flight is found to be over', () => {
    const source = new Subject<string>();
    const steered = new Steered();
    const log = new Log();
    const inFlight = inFlightCalls<string, unknown>();
    inFlight.join('a', () => new Observable((subscriber) => subscriber.unsubscribe())).subscribe();
    inFlight.events.pipe(take(1)).subscribe(() => {
      source.next('A');
    });
    source
      .pipe(coalesceBy(lowerCase, steered.start, { inFlight, resultSelector: pair }))
      .subscribe(log.observer('result'));
    source.next('a');
    steered.latest.next('x');
    expect(log.take()).toEqual(['result A1=x', 'result a0=x']);
  });
});

describe("Law 14: 'ignore' drops a value while this subscriber waits on its key's flight", () => {
  it('is exhaustMap per key', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source = hot(' -a-b-a-b-a------|');
      const a = cold('      ----x-|         ');
      const b = cold('        ---------y|   ');
      const aFirst = '     -^-----!         ';
      const aSecond = '    ---------^-----! ';
      const bSubs = '      ---^---------!   ';
      const expected = '   -----x------yx--|';

      const result = source.pipe(coalesceBy(itself, (key) => (key === 'a' ? a : b), { duplicates: 'ignore' }));
      expectObservable(result).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe([aFirst, aSecond]);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    });
  });

  it('counts dropped values in the index, and calls keyFn for them', () => {
    const log = new Log();
    const source = new Subject<string>();
    const inner = new Subject<string>();
    const keyFn = (value: string, index: number): string => {
      log.add(`key ${index}`);
      return value;
    };
    const project = (value: string, index: number): Observable<string> => {
      log.add(`project ${value} ${index}`);
      return inner;
    };
    source.pipe(coalesceBy(keyFn, project, { duplicates: 'ignore' })).subscribe();
    source.next('a');
    source.next('a');
    source.next('b');
    expect(log.take()).toEqual(['key 0', 'project a 0', 'key 1', 'key 2', 'project b 2']);
  });

  it('drops a value that is emitted inside an answer, and answers one emitted after the end', () => {
    const log = new Log();
    const steered = new Steered(log);
    const source = new Subject<string>();
    const inFlight = inFlightCalls<string, unknown>();
    inFlight.events.subscribe(({ type, callers }) => {
      log.add(`${type} ${callers}`);
      if (type === 'complete' && steered.runs === 1) {
        source.next('a');
      }
    });
    source.pipe(coalesceBy(itself, steered.start, { inFlight, duplicates: 'ignore' })).subscribe(() => {
      source.next('a');
    });
    source.next('a');
    steered.latest.next('x');
    expect(log.take()).toEqual(['start 1', 'run 1']);
    steered.latest.complete();
    expect(log.take()).toEqual(['complete 1', 'start 1', 'run 2', 'teardown 1']);
  });

  it('joins a flight that somebody else leads, once', () => {
    const log = new Log();
    const steered = new Steered(log);
    const source = new Subject<string>();
    const inFlight = inFlightCalls<string, unknown>();
    inFlight.join('a', steered.start).subscribe(log.observer('A'));
    source.pipe(coalesceBy(itself, steered.start, { inFlight, duplicates: 'ignore' })).subscribe(log.observer('B'));
    source.next('a');
    source.next('a');
    expect(inFlight.callers('a')).toBe(2);
    steered.latest.next('x');
    expect(log.take()).toEqual(['run 1', 'A x', 'B x']);
  });

  it('drops for each subscriber by the flights that it waits on', () => {
    const log = new Log();
    const steered = new Steered(log);
    const inFlight = inFlightCalls<string, unknown>();
    const source = of('a', 'a');
    const result = source.pipe(coalesceBy(itself, steered.start, { inFlight, duplicates: 'ignore' }));
    result.subscribe(log.observer('A'));
    result.subscribe(log.observer('B'));
    expect(inFlight.callers('a')).toBe(2);
    steered.latest.next('x');
    expect(log.take()).toEqual(['run 1', 'A x', 'B x']);
  });

  it('does not drop a value because of a forgotten flight', () => {
    const log = new Log();
    const steered = new Steered(log);
    const source = new Subject<string>();
    const inFlight = inFlightCalls<string, unknown>();
    source.pipe(coalesceBy(itself, steered.start, { inFlight, duplicates: 'ignore' })).subscribe(log.observer('A'));
    source.next('a');
    inFlight.forget('a');
    source.next('a');
    source.next('a');
    expect(log.take()).toEqual(['run 1', 'run 2']);
    steered.sources[0]!.next('old');
    steered.sources[1]!.next('new');
    expect(log.take()).toEqual(['A old', 'A new']);
    steered.sources[0]!.complete();
    source.next('a');
    expect(log.take()).toEqual(['teardown 1']);
  });

  it('does not count a dropped value as a subscription or a caller', () => {
    const steered = new Steered();
    const inFlight = inFlightCalls<string, unknown>();
    const events: string[] = [];
    inFlight.events.subscribe(({ type }) => events.push(type));
    from(Array<string>(1000).fill('a'))
      .pipe(coalesceBy(itself, steered.start, { inFlight, duplicates: 'ignore' }))
      .subscribe();
    expect(steered.runs).toBe(1);
    expect(events).toEqual(['start']);
  });

  it('keeps neither the values that it drops, nor the keys that have ended', async () => {
    const source = new Subject<{ id: object }>();
    const inner = new Subject<never>();
    const keyFn = ({ id }: { id: object }): object => id;
    const project = (_value: unknown, index: number): Observable<never> => (index === 0 ? inner : EMPTY);
    const subscription = source.pipe(coalesceBy(keyFn, project, { duplicates: 'ignore' })).subscribe();
    const gone = (() => {
      const id = {};
      source.next({ id });
      return Array.from({ length: 100 }, () => {
        const dropped = { id };
        const ended = { id: {} };
        source.next(dropped);
        source.next(ended);
        return [new WeakRef(dropped), new WeakRef(ended.id)];
      }).flat();
    })();
    for (const reference of gone) {
      await expectCollected(reference);
    }
    expect(subscription.closed).toBeFalse();
  });
});
