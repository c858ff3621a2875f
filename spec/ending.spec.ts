import {
  concat,
  config,
  EMPTY,
  finalize,
  from,
  lastValueFrom,
  NEVER,
  Observable,
  of,
  repeat,
  retry,
  Subject,
  take,
  takeUntil,
  tap,
  throwError,
  type ObservableInput,
} from 'rxjs';
import { Coalesce, CoalesceAsync, coalesceBy, coalesced, coalescedAsync, inFlightCalls } from '../src/index.js';
import { errorsReportedIn } from './support/errors-reported.js';
import { describeFaces } from './support/faces.js';
import { Log } from './support/log.js';
import { marbles } from './support/marbles.js';
import { Steered } from './support/steered.js';

describeFaces('Law 6: the key is free before any caller is notified of the end', (make) => {
  for (const end of ['complete', 'error', 'abort'] as const) {
    it(`is free for every caller: ${end}`, () => {
      const steered = new Steered();
      const { call, inFlight } = make(steered.start);
      const log = new Log();
      const look = (): void => log.add(`${inFlight.has('k')} ${inFlight.size} ${inFlight.callers('k')}`);
      for (let caller = 0; caller < 3; caller++) {
        call('k').subscribe({ complete: look, error: look });
      }
      if (end === 'abort') {
        inFlight.abort('k');
      } else {
        steered.latest[end]('e');
      }
      expect(log.take()).toEqual(['false 0 0', 'false 0 0', 'false 0 0']);
    });
  }

  it('lets a call made in complete() start afresh, and a third caller join it', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('   --a|           ');
      const first = '         ^              ';
      const expected1 = '     --a--a|        ';
      const third = '         ----^          ';
      const expected3 = '     -----a|        ';
      const sourceSubs = ['   ^--!           ', '---^--!           '];
      const { call } = make(() => source);

      // concat() subscribes to the next inside complete() of the one before.
      expectObservable(concat(call('k'), call('k')), first).toBe(expected1);
      expectObservable(call('k'), third).toBe(expected3);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });

  type Again = (call: Observable<unknown>, again: () => void) => void;
  const whenCompleting: Record<string, Again> = {
    'complete()': (call, again) => call.subscribe({ complete: again }),
    'finalize()': (call, again) => call.pipe(finalize(again)).subscribe(),
    'a teardown': (call, again) => call.subscribe().add(again),
    'tap({ complete })': (call, again) => call.pipe(tap({ complete: again })).subscribe(),
    'concat()': (call, again) => concat(call, new Observable(again)).subscribe(),
  };
  const whenFailing: Record<string, Again> = {
    'error()': (call, again) => call.subscribe({ error: again }),
    'finalize()': (call, again) => call.pipe(finalize(again)).subscribe({ error: () => {} }),
    'a teardown': (call, again) => call.subscribe({ error: () => {} }).add(again),
    'retry({ delay })': (call, again) =>
      call.pipe(retry({ delay: () => (again(), EMPTY) })).subscribe({ error: () => {} }),
  };
  for (const [type, places] of Object.entries({ complete: whenCompleting, error: whenFailing })) {
    for (const [place, callAgain] of Object.entries(places)) {
      it(`starts a fresh flight for a call made in ${place} of a flight's ${type}, of the first or the last caller`, () => {
        for (const position of ['first', 'last']) {
          const steered = new Steered();
          const { call, inFlight } = make(steered.start);
          const log = new Log();
          const other = (): void => void call('k').subscribe({ error: () => {} });
          if (position === 'last') other();
          callAgain(call('k'), () => call('k').subscribe(log.observer('again')));
          if (position === 'first') other();
          expect(inFlight.callers('k')).toBe(2);

          steered.sources[0]![type as 'complete' | 'error']('e');
          expect(steered.runs).withContext(position).toBe(2);
          call('k').subscribe(log.observer('third'));
          expect(steered.runs).withContext(position).toBe(2);
          expect(inFlight.callers('k')).withContext(position).toBe(2);
          steered.latest.next('fresh');
          expect(log.take()).withContext(position).toEqual(['again fresh', 'third fresh']);
          expect(steered.teardowns).withContext(position).toEqual([1, 0]);
        }
      });
    }
  }

  it('repeats and retries a flight afresh each time', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const completes = cold(' -a|        ');
      const fails = cold('     -a#        ');
      const repeated = '       -a-a-a|    ';
      const retried = '        -a-a-a#    ';
      const sourceSubs = ['    ^-!        ', '--^-!', '----^-!'];
      const { call } = make((key) => (key === 'completes' ? completes : fails));

      expectObservable(call('completes').pipe(repeat(3))).toBe(repeated);
      expectObservable(call('fails').pipe(retry(2))).toBe(retried);
      expectSubscriptions(completes.subscriptions).toBe(sourceSubs);
      expectSubscriptions(fails.subscriptions).toBe(sourceSubs);
    });
  });

  it('repeats a synchronous flight afresh each time', () => {
    let runs = 0;
    const { call, inFlight } = make(() => of(++runs));
    const log = new Log();
    call().pipe(repeat(3)).subscribe(log.observer('caller'));
    expect(log.take()).toEqual(['caller 1', 'caller 2', 'caller 3', 'caller complete']);
    expect(inFlight.size).toBe(0);
  });

  it('starts a fresh flight for a call made in a promise continuation', async () => {
    let runs = 0;
    const { call } = make(() => Promise.resolve(++runs));
    const both = await Promise.all([lastValueFrom(call()), lastValueFrom(call())]);
    const next = lastValueFrom(call()).then(async (second) => [
      second,
      ...(await Promise.all([lastValueFrom(call()), lastValueFrom(call())])),
    ]);
    expect(both).toEqual([1, 1]);
    expect(await next).toEqual([2, 3, 3]);
  });
});

describeFaces('Law 7: leaving', (make) => {
  it('lets the leader leave without disturbing the others', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold(' -a-b-c|');
      const leader = '      ^-!    ';
      const expected1 = '   -a-    ';
      const follower = '    ^------';
      const expected2 = '   -a-b-c|';
      const sourceSubs = '  ^-----!';
      const { call } = make(() => source);

      expectObservable(call('k'), leader).toBe(expected1);
      expectObservable(call('k'), follower).toBe(expected2);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });

  it('tears the source down at once when the last caller leaves, and starts afresh for the next', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold(' -a-b-c|       ');
      const leader = '      ^-!           ';
      const expected1 = '   -a-           ';
      const follower = '    ^---!         ';
      const expected2 = '   -a-b-         ';
      const next = '        -----^        ';
      const expected3 = '   ------a-b-c|  ';
      const sourceSubs = [' ^---!         ', '-----^-----!    '];
      const { call } = make(() => source);

      expectObservable(call('k'), leader).toBe(expected1);
      expectObservable(call('k'), follower).toBe(expected2);
      expectObservable(call('k'), next).toBe(expected3);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });

  it('frees the key, then tears the source down, exactly once, before unsubscribe() returns', () => {
    const log = new Log();
    const { call, inFlight } = make(
      () => new Observable(() => () => log.add(`teardown, ${inFlight.has('k') ? 'taken' : 'free'}`)),
    );
    inFlight.events.subscribe(({ type, callers }) => log.add(`${type} ${callers}`));
    const leader = call('k').subscribe();
    const follower = call('k').subscribe();

    leader.unsubscribe();
    leader.unsubscribe();
    expect(log.take()).toEqual(['start 1', 'join 2', 'leave 1']);
    follower.unsubscribe();
    expect(log.take()).toEqual(['leave 0', 'cancel 0', 'teardown, free']);
    follower.unsubscribe();
    leader.unsubscribe();
    expect(log.take()).toEqual([]);
  });

  it('lets nobody join a run whose source has closed its own subscriber', () => {
    const log = new Log();
    let runs = 0;
    let close = (): void => undefined;
    const { call, inFlight } = make(() => {
      const run = ++runs;
      return new Observable((subscriber) => {
        close = () => {
          subscriber.unsubscribe();
        };
        log.add(`run ${run}`);
        return () => log.add(`teardown ${run}`);
      });
    });
    inFlight.events.subscribe(({ type, callers }) => log.add(`${type} ${callers}`));
    const leader = call('k').subscribe(log.observer('leader'));
    close();
    expect(log.take()).toEqual(['start 1', 'run 1', 'teardown 1']);

    const newcomer = call('k').subscribe(log.observer('newcomer'));
    expect(log.take()).toEqual(['cancel 0', 'start 1', 'run 2']);
    leader.unsubscribe();
    expect(inFlight.callers('k')).toBe(1);
    newcomer.unsubscribe();
    expect(log.take()).toEqual(['leave 0', 'cancel 0', 'teardown 2']);
    expect(inFlight.size).toBe(0);
  });

  it('shares one flight with a call that a listener makes as a run is found to be over', () => {
    let runs = 0;
    const { call, inFlight } = make(
      () =>
        new Observable((subscriber) => {
          if (++runs === 1) {
            subscriber.unsubscribe();
          }
        }),
    );
    call('k').subscribe();
    const listening = inFlight.events.subscribe(({ type }) => {
      if (type === 'cancel') {
        call('k').subscribe();
      }
    });
    call('k').subscribe();
    expect(runs).toBe(2);
    expect(inFlight.callers('k')).toBe(2);
    listening.unsubscribe();
  });

  it('leads nothing for a caller that leaves as a run is found to be over', () => {
    let runs = 0;
    let asked = 0;
    const { call, inFlight } = make(
      () =>
        new Observable((subscriber) => {
          runs++;
          subscriber.unsubscribe();
        }),
      {
        resetOnRefCountZero: () => {
          asked++;
          return NEVER;
        },
      },
    );
    inFlight.join('k', () => new Observable((subscriber) => subscriber.unsubscribe())).subscribe();
    let leave = (): void => undefined;
    inFlight.events.subscribe(({ type }) => {
      if (type === 'cancel') {
        leave();
      }
    });
    new Observable((subscriber) => {
      leave = () => {
        subscriber.unsubscribe();
      };
      call('k').subscribe(subscriber);
    }).subscribe();
    expect(runs).toBe(0);
    expect(asked).toBe(0);
    expect(inFlight.size).toBe(0);
  });

  it('has freed the key when it emits that the last caller leaves', () => {
    const { call, inFlight } = make(() => NEVER);
    const log = new Log();
    inFlight.events.subscribe(({ type }) => log.add(`${type} ${inFlight.has('k') ? 'taken' : 'free'}`));
    call('k').subscribe().unsubscribe();
    expect(log.take()).toEqual(['start taken', 'leave free', 'cancel free']);
  });

  for (const [end, go] of Object.entries({
    complete: (steered: Steered) => steered.latest.complete(),
    error: (steered: Steered) => steered.latest.error('e'),
  })) {
    it(`tears the source down exactly once: ${end}`, () => {
      const log = new Log();
      const steered = new Steered(log);
      const { call } = make(steered.start);
      const leader = call().subscribe(log.observer('leader'));
      const follower = call().subscribe(log.observer('follower'));
      go(steered);
      leader.unsubscribe();
      follower.unsubscribe();
      expect(steered.teardowns).toEqual([1]);
      expect(log.take().at(-1)).toBe('teardown 1');
    });
  }

  it('never lets a newcomer join a dying flight, not even from inside its teardown', () => {
    const log = new Log();
    const teardowns: number[] = [];
    let runs = 0;
    const { call, inFlight } = make(() => {
      const run = ++runs;
      return new Observable((subscriber) => {
        subscriber.next(`value ${run}`);
        return () => {
          teardowns.push(run);
          if (run === 1) call('k').subscribe(log.observer('newcomer'));
        };
      });
    });
    call('k').subscribe().unsubscribe();
    call('k').subscribe(log.observer('third'));

    expect(runs).toBe(2);
    expect(teardowns).toEqual([1]);
    expect(inFlight.callers('k')).toBe(2);
    expect(inFlight.size).toBe(1);
    expect(log.take()).toEqual(['newcomer value 2', 'third value 2']);
  });

  it('cancels when the last caller leaves from inside next', () => {
    const log = new Log();
    const steered = new Steered(log);
    const { call, inFlight } = make(steered.start);
    call().pipe(take(1)).subscribe(log.observer('leader'));
    call().pipe(take(1)).subscribe(log.observer('follower'));
    steered.latest.next(1);
    expect(log.take()).toEqual([
      'run 1',
      'leader 1',
      'leader complete',
      'follower 1',
      'follower complete',
      'teardown 1',
    ]);
    expect(inFlight.size).toBe(0);
  });

  it('does not subscribe to what a function returns if its flight was deserted while it ran', () => {
    const deserted = new Subject<void>();
    let subscribed = false;
    const { call, inFlight } = make(() => {
      deserted.next();
      expect(inFlight.has('k')).toBeFalse();
      return new Observable(() => {
        subscribed = true;
      });
    });
    call('k').pipe(takeUntil(deserted)).subscribe();
    expect(subscribed).toBeFalse();
    expect(inFlight.size).toBe(0);
  });

  it('does not subscribe to what a function returns if its flight was aborted while it ran', () => {
    const log = new Log();
    const { call, inFlight } = make(() => {
      inFlight.abort('k', 'stop');
      log.add('returns');
      return new Observable(() => log.add('subscribed'));
    });
    call('k').subscribe(log.observer('leader'));
    expect(log.take()).toEqual(['leader error stop', 'returns']);
    expect(inFlight.size).toBe(0);
  });

  it('neither waits for a promise that was returned too late, nor reports its rejection', async () => {
    const log = new Log();
    const errors = await errorsReportedIn(() => {
      const { call, inFlight } = make(() => {
        inFlight.abort('k', 'stop');
        return Promise.reject(new Error('too late'));
      });
      call('k').subscribe(log.observer('leader'));
    });
    expect(log.take()).toEqual(['leader error stop']);
    expect(errors).toEqual([]);
  });

  it('reports no stopped notification to RxJS when a promise settles too late', async () => {
    const reported = spyOn(config, 'onStoppedNotification' as never) as unknown as jasmine.Spy;
    for (const late of [Promise.resolve('late'), Promise.reject(new Error('late'))]) {
      const { call } = make(() => late);
      call('k').subscribe().unsubscribe();
      await late.catch(() => undefined);
    }
    // RxJS would report it from a timer.
    await new Promise((resolve) => setTimeout(resolve));
    expect(reported).not.toHaveBeenCalled();
  });

  it('drops the error of a synchronous throw after an abort', async () => {
    const log = new Log();
    const errors = await errorsReportedIn(() => {
      const { call, inFlight } = make(() => {
        inFlight.abort('k', 'stop');
        throw new Error('too late');
      });
      call('k').subscribe(log.observer('leader'));
    });
    expect(log.take()).toEqual(['leader error stop']);
    expect(errors).toEqual([]);
  });

  it('starts afresh for a call made after a desertion, while the function still runs', () => {
    const deserted = new Subject<void>();
    const log = new Log();
    let runs = 0;
    const { call, inFlight } = make(() => {
      const run = ++runs;
      if (run === 1) {
        deserted.next();
        call('k').subscribe(log.observer('newcomer'));
      }
      return new Observable(() => log.add(`subscribed ${run}`));
    });
    call('k').pipe(takeUntil(deserted)).subscribe();
    expect(log.take()).toEqual(['subscribed 2']);
    expect(inFlight.callers('k')).toBe(1);
  });

  it('subscribes if a caller that joined while the function ran still waits', () => {
    const deserted = new Subject<void>();
    const log = new Log();
    let runs = 0;
    const { call, inFlight } = make(() => {
      runs++;
      call('k').subscribe(log.observer('follower'));
      deserted.next();
      return of('value');
    });
    call('k').pipe(takeUntil(deserted)).subscribe(log.observer('leader'));
    expect(runs).toBe(1);
    expect(log.take()).toEqual(['leader complete', 'follower value', 'follower complete']);
    expect(inFlight.size).toBe(0);
  });

  it('subscribes for its callers if the flight was forgotten while the function ran', () => {
    const log = new Log();
    const { call, inFlight } = make(() => {
      inFlight.forget('k');
      return of('value');
    });
    call('k').subscribe(log.observer('leader'));
    expect(log.take()).toEqual(['leader value', 'leader complete']);
    expect(inFlight.size).toBe(0);
  });
});

describeFaces('Law 8: a flight only ever removes itself', (make) => {
  const ends: Record<string, (steered: Steered, leave: () => void) => void> = {
    complete: ({ sources }) => sources[0]!.complete(),
    error: ({ sources }) => sources[0]!.error('e'),
    cancel: (_steered, leave) => leave(),
  };
  for (const [end, go] of Object.entries(ends)) {
    it(`leaves its successor alone when it ends late: ${end}`, () => {
      const log = new Log();
      const steered = new Steered();
      const { call, inFlight } = make(steered.start);
      const old = call('k').subscribe({ error: () => {} });
      inFlight.forget('k');
      call('k').subscribe(log.observer('successor'));

      go(steered, () => old.unsubscribe());
      expect(steered.teardowns).toEqual([1, 0]);
      expect(inFlight.callers('k')).toBe(1);
      call('k').subscribe(log.observer('joined'));
      expect(steered.runs).toBe(2);
      steered.latest.next(1);
      expect(log.take()).toEqual(['successor 1', 'joined 1']);
    });
  }

  it('keeps three flights of one key apart', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('    ----a----b|       ');
      const caller1 = '        ^                 ';
      const expected1 = '      ----a----b|       ';
      const caller2 = '        --^               ';
      const expected2 = '      ------a----b|     ';
      const caller3 = '        ----^             ';
      const expected3 = '      --------a----b|   ';
      const joinsThe3rd = '    -----------^      ';
      const expected4 = '      -----------a-b|   ';
      const forget = cold('    -f-f              ');
      const sourceSubs = ['    ^---------!       ', '--^---------!', '----^---------!'];
      const { call, inFlight } = make(() => source);

      forget.subscribe(() => inFlight.forget('k'));
      expectObservable(call('k'), caller1).toBe(expected1);
      expectObservable(call('k'), caller2).toBe(expected2);
      expectObservable(call('k'), caller3).toBe(expected3);
      expectObservable(call('k'), joinsThe3rd).toBe(expected4);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });
});

describeFaces('Law 9: errors are shared and never kept', (make) => {
  it('lets all callers that retry share one second attempt', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const attempts = [cold('--#          '), cold('---a|         ')];
      const caller1 = '       ^            ';
      const expected1 = '     -----a|      ';
      const caller2 = '       -^           ';
      const expected2 = '     -----a|      ';
      const subs1 = '         ^-!          ';
      const subs2 = '         --^---!      ';
      let runs = 0;
      const { call } = make(() => attempts[runs++]!);

      expectObservable(call('k').pipe(retry(1)), caller1).toBe(expected1);
      expectObservable(call('k').pipe(retry(1)), caller2).toBe(expected2);
      expectSubscriptions(attempts[0]!.subscriptions).toBe(subs1);
      expectSubscriptions(attempts[1]!.subscriptions).toBe(subs2);
    });
  });

  it('makes one second attempt for 100 callers, and gives all of them its error', () => {
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    const caught: unknown[] = [];
    for (let caller = 0; caller < 100; caller++) {
      call('k')
        .pipe(retry(1))
        .subscribe({ error: (error: unknown) => caught.push(error) });
    }
    steered.latest.error('first');
    expect(steered.runs).toBe(2);
    expect(inFlight.callers('k')).toBe(100);
    steered.latest.error('second');
    expect(caught).toEqual(new Array(100).fill('second'));
    expect(inFlight.size).toBe(0);
  });

  it('does not keep an error for the next call', () => {
    let runs = 0;
    const { call } = make(() => (++runs === 1 ? throwError(() => 'first') : of('second')));
    const log = new Log();
    const held = call('k');
    held.subscribe(log.observer('1st'));
    held.subscribe(log.observer('2nd'));
    expect(log.take()).toEqual(['1st error first', '2nd second', '2nd complete']);
  });
});

describeFaces('Law 10: what goes wrong is an error notification', (make) => {
  for (const [name, thrown] of Object.entries({
    'an Error': new Error('e'),
    undefined,
    null: null,
    zero: 0,
    'a string': 'e',
  })) {
    it(`for a synchronous throw: ${name}`, () => {
      const { call, inFlight } = make(() => {
        throw thrown;
      });
      const caught: unknown[] = [];
      call('k').subscribe({ next: fail, error: (error: unknown) => caught.push(error), complete: fail });
      expect(caught).toEqual([thrown]);
      expect(caught[0]).toBe(thrown);
      expect(inFlight.size).toBe(0);
    });
  }

  const throwing = (): never => {
    throw new Error('e');
  };
  const notInputs: Record<string, unknown> = {
    undefined,
    null: null,
    'a number': 5,
    'a boolean': true,
    'an object': {},
    'a function': () => {},
    'a then that throws when read': Object.defineProperty({}, 'then', { get: throwing }),
    'a then that throws when called': { then: throwing },
    'an iterable that throws': { [Symbol.iterator]: throwing },
    'an iterator that throws': { [Symbol.iterator]: () => ({ next: throwing }) },
    'an Observable that throws when subscribed': new Observable(throwing),
    'a foreign Observable that is none': { [(Symbol.observable as symbol | undefined) ?? '@@observable']: () => ({}) },
  };
  for (const [name, input] of Object.entries(notInputs)) {
    it(`for a result that is no ObservableInput or throws: ${name}`, () => {
      const { call, inFlight } = make(() => input as ObservableInput<unknown>);
      const caught: unknown[] = [];
      const observer = { next: fail, error: (error: unknown) => caught.push(error), complete: fail };
      call('k').subscribe(observer);
      call('k').subscribe(observer);
      expect(caught.length).toBe(2);
      expect(caught.every((error) => error instanceof Error)).toBeTrue();
      expect(inFlight.size).toBe(0);
    });
  }

  it('also to callers that joined while the function ran', () => {
    const log = new Log();
    const { call, inFlight } = make(() => {
      call('k').subscribe(log.observer('follower'));
      throw new Error('thrown');
    });
    inFlight.events.subscribe(({ type, callers }) => log.add(`${type} ${callers}`));
    call('k').subscribe(log.observer('leader'));
    expect(log.take()).toEqual(['start 1', 'join 2', 'error 2', 'leader error thrown', 'follower error thrown']);
    expect(inFlight.size).toBe(0);
  });

  it('starts afresh after a throw', () => {
    let runs = 0;
    const { call } = make(() => {
      if (++runs === 1) throw new Error('first');
      return of('second');
    });
    const log = new Log();
    call('k').pipe(retry(1)).subscribe(log.observer('caller'));
    expect(log.take()).toEqual(['caller second', 'caller complete']);
  });
});

describe('Law 10: the error of a result that is no ObservableInput', () => {
  const messageOf = async (call: ObservableInput<unknown>): Promise<unknown> =>
    lastValueFrom(from(call)).then(fail, (error: unknown) => {
      expect(error).toBeInstanceOf(TypeError);
      return (error as TypeError).message;
    });

  it('names the face, the function and the result', async () => {
    function load(): never {
      return 1 as never;
    }
    const nameless = (
      () => (): never =>
        'x'.length as never
    )();
    class Users {
      @Coalesce()
      find(): Observable<number> {
        return { id: 7 } as never;
      }

      @CoalesceAsync()
      async findAsync(): Promise<number> {
        return Promise.resolve(1);
      }

      @CoalesceAsync()
      findWrongly(): Promise<number> {
        return undefined as never;
      }
    }
    const users = new Users();
    const asked = of('a');
    const calls: readonly (readonly [ObservableInput<unknown>, string])[] = [
      [coalesced(load)(), 'coalesced: expected "fn" (load) to return an ObservableInput, got 1'],
      [coalesced(nameless)(), 'coalesced: expected "fn" to return an ObservableInput, got 1'],
      [coalescedAsync(load)(), 'coalescedAsync: expected "fn" (load) to return an ObservableInput, got 1'],
      [
        asked.pipe(coalesceBy((value) => value, load)),
        'coalesceBy: expected "project" (load) to return an ObservableInput, got 1',
      ],
      [
        inFlightCalls<string, never>().join('k', load),
        'join: expected "start" (load) to return an ObservableInput, got 1',
      ],
      [users.find(), 'Coalesce: expected "method" (find) to return an ObservableInput, got [object Object]'],
      [
        users.findWrongly(),
        'CoalesceAsync: expected "method" (findWrongly) to return an ObservableInput, got undefined',
      ],
    ];
    for (const [call, message] of calls) {
      expect(await messageOf(call)).toBe(message);
    }
    expect(await users.findAsync()).toBe(1);
  });

  it('reaches callers of both kinds, and a promise caller whose flight somebody else needs', async () => {
    const inFlight = inFlightCalls<unknown, never>();
    const observed: Promise<unknown>[] = [];
    const load = coalescedAsync(
      function load(): never {
        observed.push(messageOf(inFlight.join(undefined, () => NEVER)));
        return {} as never;
      },
      { inFlight },
    );
    const message = 'coalescedAsync: expected "fn" (load) to return an ObservableInput, got [object Object]';
    expect(await messageOf(load())).toBe(message);
    expect(await Promise.all(observed)).toEqual([message]);
  });

  it('has what inspecting the result threw as its cause', async () => {
    const cause = new Error('no iterator');
    const hostile = Object.defineProperty({}, Symbol.iterator, {
      get: () => {
        throw cause;
      },
    });
    const error = await lastValueFrom(coalesced(() => hostile as never)()).then(fail, (thrown: unknown) => thrown);
    expect((error as Error).cause).toBe(cause);
  });
});

describe('Law 10: a throwing keyFn', () => {
  it('is an error notification to that caller alone', () => {
    const steered = new Steered();
    let broken = false;
    const load = coalesced(steered.start, {
      keyFn: () => {
        if (broken) throw new Error('no key');
        return 'k';
      },
    });
    const log = new Log();
    load().subscribe(log.observer('1st'));
    broken = true;
    load().subscribe(log.observer('2nd'));
    expect(log.take()).toEqual(['2nd error no key']);
    expect(load.inFlight.callers('k')).toBe(1);
    steered.latest.next(1);
    expect(log.take()).toEqual(['1st 1']);
    expect(steered.runs).toBe(1);
  });

  it('emits no event and leaves nothing behind', () => {
    const load = coalesced(() => of(1), {
      keyFn: (): unknown => {
        throw undefined;
      },
    });
    const log = new Log();
    load.inFlight.events.subscribe(({ type }) => log.add(type));
    load().subscribe(log.observer('caller'));
    expect(log.take()).toEqual(['caller error undefined']);
    expect(load.inFlight.size).toBe(0);
  });

  it('makes no call if the caller left while the key was computed', () => {
    const left = new Subject<void>();
    const steered = new Steered();
    const load = coalesced(steered.start, {
      keyFn: () => {
        left.next();
        return 'k';
      },
    });
    const log = new Log();
    load.inFlight.events.subscribe(({ type }) => log.add(type));
    load().pipe(takeUntil(left)).subscribe();
    expect(steered.runs).toBe(0);
    expect(load.inFlight.size).toBe(0);
    expect(log.take()).toEqual([]);
  });
});

describeFaces('Law 11: every source leaves the registry as it should', (make) => {
  it('a synchronous one: nothing stays', () => {
    const { call, inFlight } = make(() => of(1, 2));
    const log = new Log();
    call('k').subscribe(log.observer('caller'));
    expect(log.take()).toEqual(['caller 1', 'caller 2', 'caller complete']);
    expect(inFlight.size).toBe(0);
  });

  it('an empty one: nothing stays', () => {
    const { call, inFlight } = make(() => EMPTY);
    const log = new Log();
    call('k').subscribe(log.observer('caller'));
    expect(log.take()).toEqual(['caller complete']);
    expect(inFlight.size).toBe(0);
  });

  it('one that fails at once: nothing stays', () => {
    const { call, inFlight } = make(() => throwError(() => 'e'));
    const log = new Log();
    call('k').subscribe(log.observer('caller'));
    expect(log.take()).toEqual(['caller error e']);
    expect(inFlight.size).toBe(0);
  });

  it('one that never ends: its key stays until the last caller leaves', () => {
    const { call, inFlight } = make(() => NEVER);
    const callers = [call('k').subscribe(), call('k').subscribe(), call('k').subscribe()];
    for (const [index, caller] of callers.entries()) {
      expect(inFlight.callers('k')).toBe(3 - index);
      caller.unsubscribe();
    }
    expect(inFlight.size).toBe(0);
  });

  it('a firehose under take(1): it is torn down, and nothing stays', () => {
    let emitted = 0;
    let teardowns = 0;
    const { call, inFlight } = make(
      () =>
        new Observable<number>((subscriber) => {
          subscriber.add(() => teardowns++);
          while (!subscriber.closed && emitted < 1000) subscriber.next(++emitted);
        }),
    );
    const log = new Log();
    call('k').pipe(take(1)).subscribe(log.observer('caller'));
    expect(log.take()).toEqual(['caller 1', 'caller complete']);
    expect(emitted).toBe(1);
    expect(teardowns).toBe(1);
    expect(inFlight.size).toBe(0);
    expect(inFlight.callers('k')).toBe(0);
  });

  it('an endless iterable under take(1): it is closed, and nothing stays', () => {
    let pulled = 0;
    let closed = false;
    function* numbers(): Generator<number> {
      try {
        for (;;) yield ++pulled;
      } finally {
        closed = true;
      }
    }
    const { call, inFlight } = make(() => numbers());
    const log = new Log();
    call('k').pipe(take(1)).subscribe(log.observer('caller'));
    expect(log.take()).toEqual(['caller 1', 'caller complete']);
    expect(pulled).toBe(1);
    expect(closed).toBeTrue();
    expect(inFlight.size).toBe(0);
  });

  it('a firehose under take(1) whose value another caller waits for, too: it goes on for that caller', () => {
    const log = new Log();
    const { call, inFlight } = make(() => {
      call('k').subscribe(log.observer('second'));
      return of(1, 2, 3);
    });
    call('k').pipe(take(1)).subscribe(log.observer('leader'));
    expect(log.take()).toEqual(['leader 1', 'leader complete', 'second 1', 'second 2', 'second 3', 'second complete']);
    expect(inFlight.size).toBe(0);
  });

  it('a call made from inside the function joins its own flight: one run', () => {
    const log = new Log();
    let runs = 0;
    const { call, inFlight } = make(() => {
      runs++;
      call('k').subscribe(log.observer('inner'));
      return of('value');
    });
    call('k').subscribe(log.observer('outer'));
    expect(runs).toBe(1);
    expect(log.take()).toEqual(['outer value', 'inner value', 'outer complete', 'inner complete']);
    expect(inFlight.size).toBe(0);
  });

  it('a call made from inside the source joins its own flight: one run', () => {
    const log = new Log();
    let runs = 0;
    const { call, inFlight } = make(
      () =>
        new Observable((subscriber) => {
          runs++;
          call('k').subscribe(log.observer('inner'));
          subscriber.next('value');
          subscriber.complete();
        }),
    );
    call('k').subscribe(log.observer('outer'));
    expect(runs).toBe(1);
    expect(log.take()).toEqual(['outer value', 'inner value', 'outer complete', 'inner complete']);
    expect(inFlight.size).toBe(0);
  });

  it('a function that waits for its own call waits for itself, and can be left', () => {
    let runs = 0;
    const { call, inFlight } = make((): Observable<unknown> => {
      runs++;
      return call('k');
    });
    const log = new Log();
    const caller = call('k').subscribe(log.observer('caller'));
    expect(runs).toBe(1);
    expect(log.take()).toEqual([]);
    expect(inFlight.callers('k')).toBe(2);
    inFlight.abort('k', 'stop');
    expect(log.take()).toEqual(['caller error stop']);
    caller.unsubscribe();
    expect(inFlight.size).toBe(0);
  });
});

describeFaces('Law 12: a caller or listener that throws affects no other', (make) => {
  const handlers: Record<string, (call: Observable<unknown>) => void> = {
    'next()': (call) => call.subscribe({ next: boom, error: () => {} }),
    'complete() or error()': (call) => call.subscribe({ complete: boom, error: boom }),
    'finalize()': (call) => call.pipe(finalize(boom)).subscribe({ error: () => {} }),
    'a teardown': (call) => call.subscribe({ error: () => {} }).add(boom),
  };
  for (const [place, subscribe] of Object.entries(handlers)) {
    for (const end of ['complete', 'error', 'abort'] as const) {
      it(`notifies the others of everything, and reports what ${place} throws: ${end}`, async () => {
        const log = new Log();
        const steered = new Steered();
        const { call, inFlight } = make(steered.start);
        const errors = await errorsReportedIn(() => {
          call('k').subscribe(log.observer('before'));
          subscribe(call('k'));
          call('k').subscribe(log.observer('after'));
          steered.latest.next(1);
          if (end === 'abort') inFlight.abort('k', 'e');
          else steered.latest[end]('e');
        });
        const notification = end === 'complete' ? 'complete' : 'error e';
        expect(log.take()).toEqual(['before 1', 'after 1', `before ${notification}`, `after ${notification}`]);
        expect(errors.length).toBe(1);
        expect(steered.teardowns).toEqual([1]);
        expect(inFlight.size).toBe(0);
      });
    }
  }

  it('notifies the others of everything if a finalize() throws as its caller takes its last value', async () => {
    const log = new Log();
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    await errorsReportedIn(() => {
      call('k').subscribe(log.observer('before'));
      call('k').pipe(take(1), finalize(boom)).subscribe();
      call('k').subscribe(log.observer('after'));
      steered.latest.next(1);
      steered.latest.complete();
    });
    expect(log.take()).toEqual(['before 1', 'after 1', 'before complete', 'after complete']);
    expect(inFlight.size).toBe(0);
  });

  it('notifies the others of everything, and reports what a subscriber with a next method of its own throws', async () => {
    const log = new Log();
    const steered = new Steered();
    const { call } = make(steered.start);
    const errors = await errorsReportedIn(() => {
      new Observable((subscriber) => {
        subscriber.next = boom;
        call('k').subscribe(subscriber);
      }).subscribe();
      call('k').subscribe(log.observer('after'));
      steered.latest.next(1);
    });
    expect(log.take()).toEqual(['after 1']);
    expect(errors.length).toBe(1);
  });

  it('reports what the teardown of an aborted source throws', async () => {
    const log = new Log();
    const { call, inFlight } = make(() => new Observable(() => boom));
    const errors = await errorsReportedIn(() => {
      call('k').subscribe(log.observer('caller'));
      expect(inFlight.abort('k', 'e')).toBeTrue();
    });
    expect(log.take()).toEqual(['caller error e']);
    expect(errors.length).toBe(1);
  });

  it('reports what the teardown of an aborted source throws when nobody waits on it', async () => {
    const { call, inFlight } = make(() => new Observable(() => boom), { resetOnRefCountZero: false });
    const errors = await errorsReportedIn(() => {
      call('k').subscribe().unsubscribe();
      expect(inFlight.abort('k')).toBeTrue();
    });
    expect(errors.length).toBe(1);
    expect(inFlight.size).toBe(0);
  });

  it('notifies callers of everything although a listener throws', async () => {
    const log = new Log();
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    const errors = await errorsReportedIn(() => {
      inFlight.events.subscribe(boom);
      inFlight.events.subscribe(({ type }) => log.add(type));
      const left = call('k').subscribe();
      call('k').subscribe(log.observer('caller'));
      left.unsubscribe();
      steered.latest.next(1);
      steered.latest.complete();
    });
    expect(log.take()).toEqual(['start', 'join', 'leave', 'caller 1', 'complete', 'caller complete']);
    expect(errors.length).toBe(4);
    expect(inFlight.size).toBe(0);
  });

  it('notifies callers of everything although a listener throws in its teardown', async () => {
    const log = new Log();
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    await errorsReportedIn(() => {
      inFlight.events.pipe(take(1), finalize(boom)).subscribe();
      inFlight.events.subscribe(({ type }) => log.add(type));
      call('k').subscribe(log.observer('caller'));
      steered.latest.complete();
    });
    expect(log.take()).toEqual(['start', 'complete', 'caller complete']);
    expect(inFlight.size).toBe(0);
  });

  it('frees the key although the teardown of the source throws', async () => {
    const log = new Log();
    const { call, inFlight } = make(
      (key) =>
        new Observable((subscriber) => {
          subscriber.next(1);
          if (key === 'ends') subscriber.complete();
          return boom;
        }),
    );
    await errorsReportedIn(() => {
      const caller = call('left').subscribe(log.observer('left'));
      try {
        caller.unsubscribe();
      } catch {
        // RxJS throws it to the caller that left.
      }
      try {
        call('ends').subscribe(log.observer('ends'));
      } catch {
        // Likewise.
      }
    });
    expect(log.take()).toEqual(['left 1', 'ends 1', 'ends complete']);
    expect(inFlight.size).toBe(0);
  });
});

function boom(): never {
  throw new Error('boom');
}
