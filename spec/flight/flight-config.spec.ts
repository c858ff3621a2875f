import {
  concat,
  EMPTY,
  finalize,
  map,
  NEVER,
  Observable,
  of,
  Subject,
  takeUntil,
  throwError,
  timer,
  type ObservableInput,
} from 'rxjs';
import { errorsReportedIn } from '../support/errors-reported.js';
import { describeFaces } from '../support/faces.js';
import { Log } from '../support/log.js';
import { marbles } from '../support/marbles.js';
import { Steered } from '../support/steered.js';

describeFaces('Law 3: bufferSize, how many of the latest values a late caller gets', (make) => {
  const all = ['a', 'b', 'c', 'd'];
  for (const bufferSize of [0, 1, 2, 3, 4, 5, 1000, Infinity, undefined]) {
    it(`${bufferSize}, before the end and after each value`, () => {
      const steered = new Steered<string>();
      const { call } = make(steered.start, { bufferSize });
      const log = new Log();
      call().subscribe();
      for (let emitted = 1; emitted <= all.length; emitted++) {
        steered.latest.next(all[emitted - 1]!);
        call().subscribe(log.observer('late')).unsubscribe();
        const kept = all.slice(Math.max(0, emitted - (bufferSize ?? Infinity)), emitted);
        expect(log.take()).toEqual(kept.map((value) => `late ${value}`));
      }
    });
  }

  it('notifies a late caller of everything after it has joined', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold(' -a-b-c---d-|');
      const caller1 = '     ^           ';
      const expected1 = '   -a-b-c---d-|';
      const caller2 = '     --^         ';
      const expected2 = '   --ab-c---d-|';
      const caller3 = '     ------^     ';
      const expected3 = '   ------c--d-|';
      const sourceSubs = '  ^----------!';
      const { call } = make(() => source, { bufferSize: 1 });

      expectObservable(call('k'), caller1).toBe(expected1);
      expectObservable(call('k'), caller2).toBe(expected2);
      expectObservable(call('k'), caller3).toBe(expected3);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });

  it('replays nothing to a late caller: 0', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold(' -a-b-c-|');
      const caller1 = '     ^       ';
      const expected1 = '   -a-b-c-|';
      const caller2 = '     ----^   ';
      const expected2 = '   -----c-|';
      const caller3 = '     ------^ ';
      const expected3 = '   -------|';
      const { call } = make(() => source, { bufferSize: 0 });

      expectObservable(call('k'), caller1).toBe(expected1);
      expectObservable(call('k'), caller2).toBe(expected2);
      expectObservable(call('k'), caller3).toBe(expected3);
    });
  });

  for (const bufferSize of [0, 1, 2, Infinity]) {
    it(`notifies present callers of everything in order if a handler makes the source emit: ${bufferSize}`, () => {
      const steered = new Steered<number>();
      const { call } = make(steered.start, { bufferSize });
      const log = new Log();
      call().subscribe((value) => {
        if (value < 4) steered.latest.next(value + 1);
      });
      call().subscribe(log.observer('present'));
      steered.latest.next(1);
      expect(log.take()).toEqual(['present 1', 'present 2', 'present 3', 'present 4']);
    });

    it(`notifies present callers of all of a synchronous source: ${bufferSize}`, () => {
      const { call, inFlight } = make(
        () => {
          call('k').subscribe(log.observer('joined'));
          return of(1, 2, 3);
        },
        { bufferSize },
      );
      const log = new Log();
      call('k').subscribe(log.observer('leader'));
      expect(log.take()).toEqual([
        'leader 1',
        'joined 1',
        'leader 2',
        'joined 2',
        'leader 3',
        'joined 3',
        'leader complete',
        'joined complete',
      ]);
      expect(inFlight.size).toBe(0);
    });
  }

  it('keeps values for a call made from inside next, which joins after the following value', () => {
    for (const [bufferSize, replayed] of [
      [0, []],
      [1, ['joined 3']],
      [2, ['joined 2', 'joined 3']],
    ] as const) {
      const steered = new Steered<number>();
      const { call } = make(steered.start, { bufferSize });
      const log = new Log();
      call().subscribe((value) => {
        if (value === 2) call().subscribe(log.observer('joined'));
      });
      steered.latest.next(1);
      steered.latest.next(2);
      steered.latest.next(3);
      steered.latest.next(4);
      expect(log.take())
        .withContext(String(bufferSize))
        .toEqual([...replayed, 'joined 4']);
    }
  });
});

describeFaces('Law 7: resetOnRefCountZero, true or false', (make) => {
  for (const resetOnRefCountZero of [true, undefined]) {
    it(`cancels when the last caller leaves: ${resetOnRefCountZero}`, () => {
      const log = new Log();
      const steered = new Steered(log);
      const { call, inFlight } = make(steered.start, { resetOnRefCountZero });
      call('k').subscribe().unsubscribe();
      expect(log.take()).toEqual(['run 1', 'teardown 1']);
      expect(inFlight.size).toBe(0);
    });
  }

  it('lets the flight go on to its end, and be joined until then: false', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -a-b-------c|               ');
      const leader = '       ^-!                         ';
      const expected1 = '    -a-                         ';
      const late = '         -----^                      ';
      const expected2 = '    -----(ab)--c|               ';
      const next = '         --------------^----!        ';
      const expected3 = '    ---------------a-b--        ';
      const sourceSubs = ['  ^-----------!               ', '--------------^-----------!'];
      const { call } = make(() => source, { resetOnRefCountZero: false });

      expectObservable(call('k'), leader).toBe(expected1);
      expectObservable(call('k'), late).toBe(expected2);
      expectObservable(call('k'), next).toBe(expected3);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    });
  });

  for (const end of ['complete', 'error'] as const) {
    it(`counts no callers, but keeps the key, until the flight ends: false, ${end}`, async () => {
      const log = new Log();
      const steered = new Steered(log);
      const { call, inFlight } = make(steered.start, { resetOnRefCountZero: false });
      inFlight.events.subscribe(({ type, callers }) => log.add(`${type} ${callers}`));
      call('k').subscribe().unsubscribe();
      expect(inFlight.has('k')).toBeTrue();
      expect(inFlight.callers('k')).toBe(0);
      call('k').subscribe().unsubscribe();
      await errorsReportedIn(() => steered.latest[end]('e'));
      expect(log.take()).toEqual(['start 1', 'run 1', 'leave 0', 'join 1', 'leave 0', `${end} 0`, 'teardown 1']);
      expect(inFlight.size).toBe(0);
    });
  }

  it('can be ended by an abort if nobody waits: false', () => {
    const steered = new Steered();
    const { call, inFlight } = make(steered.start, { resetOnRefCountZero: false });
    call('k').subscribe().unsubscribe();
    expect(inFlight.abort('k')).toBeTrue();
    expect(steered.teardowns).toEqual([1]);
    expect(inFlight.size).toBe(0);
  });

  it('subscribes although the leader left while the function ran: false', () => {
    const left = new Subject<void>();
    const steered = new Steered();
    const { call, inFlight } = make(
      () => {
        left.next();
        return steered.start();
      },
      { resetOnRefCountZero: false },
    );
    call('k').pipe(takeUntil(left)).subscribe();
    expect(inFlight.has('k')).toBeTrue();
    const log = new Log();
    call('k').subscribe(log.observer('late'));
    steered.latest.next(1);
    expect(log.take()).toEqual(['late 1']);
    expect(steered.runs).toBe(1);
  });
});

describeFaces('Law 7: resetOnRefCountZero, a notifier that emits', (make) => {
  it('cancels by its first value, and is created for each flight', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('   -a---b---c---d    ');
      const notifier = cold(' ---r-r            ');
      const caller1 = '       ^-!               ';
      const expected1 = '     -a-               ';
      const caller2 = '       -------^------!   ';
      const expected2 = '     --------a---b--   ';
      const sourceSubs = ['   ^----!            ', '-------^---------!'];
      const notifierSubs = [' --^--!            ', '--------------^--!'];
      const { call } = make(() => source, { resetOnRefCountZero: () => notifier });

      expectObservable(call('k'), caller1).toBe(expected1);
      expectObservable(call('k'), caller2).toBe(expected2);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(notifier.subscriptions).toBe(notifierSubs);
    });
  });

  it('does not cancel if somebody has joined by then', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('   -a---b----c---d   ');
      const notifier = cold(' ---r              ');
      const caller1 = '       ^-!               ';
      const expected1 = '     -a-               ';
      const caller2 = '       ---^--!           ';
      const expected2 = '     ---a-b-           ';
      const sourceSubs = '    ^--------!        ';
      const notifierSubs = [' --^!              ', '------^--!'];
      const { call } = make(() => source, { resetOnRefCountZero: () => notifier });

      expectObservable(call('k'), caller1).toBe(expected1);
      expectObservable(call('k'), caller2).toBe(expected2);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(notifier.subscriptions).toBe(notifierSubs);
    });
  });

  for (const [kind, notifier] of Object.entries<() => ObservableInput<unknown>>({
    'one value': () => of(1),
    'two values': () => of(1, 2),
    'undefined, and no end': () => concat(of(undefined), NEVER),
    'a value, then an error': () =>
      concat(
        of(1),
        throwError(() => 'late'),
      ),
    'an array': () => [1],
  })) {
    it(`cancels at once if it emits at once: ${kind}`, async () => {
      const log = new Log();
      const steered = new Steered(log);
      const { call, inFlight } = make(steered.start, { resetOnRefCountZero: notifier });
      inFlight.events.subscribe(({ type, callers }) => log.add(`${type} ${callers}`));
      const errors = await errorsReportedIn(() => call('k').subscribe().unsubscribe());
      expect(log.take()).toEqual(['start 1', 'run 1', 'leave 0', 'cancel 0', 'teardown 1']);
      expect(errors).toEqual([]);
      expect(inFlight.size).toBe(0);
    });
  }

  it('cancels by a promise', async () => {
    const steered = new Steered();
    const { call, inFlight } = make(steered.start, { resetOnRefCountZero: () => Promise.resolve() });
    call('k').subscribe().unsubscribe();
    expect(inFlight.has('k')).toBeTrue();
    await Promise.resolve();
    expect(inFlight.has('k')).toBeFalse();
    expect(steered.teardowns).toEqual([1]);
  });

  it('is called when the last caller leaves before the end, and at no other time', () => {
    let asked = 0;
    const steered = new Steered();
    const { call, inFlight } = make(steered.start, {
      resetOnRefCountZero: () => {
        asked++;
        return of(1);
      },
    });
    const callAll = (): void => {
      call('k').subscribe({ error: () => {} });
      call('k').subscribe({ error: () => {} });
    };
    callAll();
    steered.latest.complete();
    callAll();
    steered.latest.error('e');
    callAll();
    inFlight.abort('k');
    expect(asked).toBe(0);

    const leader = call('k').subscribe();
    const follower = call('k').subscribe();
    leader.unsubscribe();
    expect(asked).toBe(0);
    follower.unsubscribe();
    expect(asked).toBe(1);
    expect(steered.teardowns).toEqual([1, 1, 1, 1]);
  });

  it('frees the key, then is torn down, and then the source is torn down', () => {
    const log = new Log();
    const notifier = new Subject<void>();
    const look = (what: string): void => log.add(`${what}, ${inFlight.has('k') ? 'taken' : 'free'}`);
    const { call, inFlight } = make(() => new Observable(() => () => look('source torn down')), {
      resetOnRefCountZero: () => notifier.pipe(finalize(() => look('notifier torn down'))),
    });
    inFlight.events.subscribe(({ type }) => look(type));
    call('k').subscribe().unsubscribe();
    notifier.next();
    const lines = log.take();
    expect(lines.filter((line) => !line.startsWith('notifier'))).toEqual([
      'start, taken',
      'leave, taken',
      'cancel, free',
      'source torn down, free',
    ]);
    expect(lines.filter((line) => line.startsWith('notifier'))).toEqual(['notifier torn down, free']);
  });

  it('does not subscribe to what the function returns if it cancels while the function runs', () => {
    const left = new Subject<void>();
    let subscribed = false;
    const { call, inFlight } = make(
      () => {
        left.next();
        expect(inFlight.has('k')).toBeFalse();
        return new Observable(() => {
          subscribed = true;
        });
      },
      { resetOnRefCountZero: () => of(1) },
    );
    call('k').pipe(takeUntil(left)).subscribe();
    expect(subscribed).toBeFalse();
    expect(inFlight.size).toBe(0);
  });

  it('cancels a forgotten flight, and leaves its successor alone', () => {
    const notifier = new Subject<void>();
    const steered = new Steered();
    const { call, inFlight } = make(steered.start, { resetOnRefCountZero: () => notifier });
    call('k').subscribe().unsubscribe();
    inFlight.forget('k');
    const log = new Log();
    call('k').subscribe(log.observer('successor'));
    notifier.next();
    expect(steered.teardowns).toEqual([1, 0]);
    expect(inFlight.callers('k')).toBe(1);
    steered.latest.next(1);
    expect(log.take()).toEqual(['successor 1']);
  });

  it('does not cancel if its function, or its subscription, makes a call that joins', () => {
    for (const brings of ['maker', 'start']) {
      const log = new Log();
      const steered = new Steered();
      let asked = 0;
      const join = (when: string): void => {
        if (brings === when && asked === 1) call('k').subscribe(log.observer(brings));
      };
      const { call, inFlight } = make(steered.start, {
        resetOnRefCountZero: () => {
          asked++;
          join('maker');
          return new Observable((subscriber) => {
            join('start');
            subscriber.next(1);
          });
        },
      });
      call('k').subscribe().unsubscribe();
      expect(inFlight.callers('k')).withContext(brings).toBe(1);
      expect(steered.teardowns).withContext(brings).toEqual([0]);
      steered.latest.next(1);
      expect(log.take())
        .withContext(brings)
        .toEqual([`${brings} 1`]);
    }
  });

  it('is dropped if its function makes a call that joins, or ends the flight', () => {
    for (const brings of ['a caller', 'completion', 'an abort'] as const) {
      const steered = new Steered();
      const notifier = new Subject<void>();
      let asked = 0;
      const { call, inFlight } = make(steered.start, {
        resetOnRefCountZero: () => {
          if (++asked === 1) {
            if (brings === 'a caller') call('k').subscribe();
            else if (brings === 'completion') steered.latest.complete();
            else inFlight.abort('k');
          }
          return notifier;
        },
      });
      call('k').subscribe().unsubscribe();
      expect(notifier.observed).withContext(brings).toBeFalse();
      expect(inFlight.size)
        .withContext(brings)
        .toBe(brings === 'a caller' ? 1 : 0);
      expect(steered.teardowns)
        .withContext(brings)
        .toEqual([brings === 'a caller' ? 0 : 1]);
    }
  });

  for (const end of ['complete', 'error', 'abort'] as const) {
    it(`is dropped, with the key free, if the flight ends first: ${end}`, async () => {
      const log = new Log();
      const steered = new Steered();
      const { call, inFlight } = make(steered.start, {
        resetOnRefCountZero: () =>
          NEVER.pipe(finalize(() => log.add(`notifier torn down, ${inFlight.has('k') ? 'taken' : 'free'}`))),
      });
      call('k').subscribe().unsubscribe();
      await errorsReportedIn(() => {
        if (end === 'abort') inFlight.abort('k');
        else steered.latest[end]('e');
      });
      expect(log.take()).toEqual(['notifier torn down, free']);
      expect(steered.teardowns).toEqual([1]);
      expect(inFlight.size).toBe(0);
    });
  }
});

describeFaces('Law 12: resetOnRefCountZero, a notifier that never cancels', (make) => {
  const boom = (): never => {
    throw 'boom';
  };
  const notifiers: Record<string, [() => ObservableInput<unknown>, unknown[]]> = {
    'completes empty': [() => EMPTY, []],
    'never ends': [() => NEVER, []],
    errors: [() => throwError(() => 'boom'), ['boom']],
    'errors later': [() => timer(0).pipe(map(boom)), ['boom']],
    rejects: [() => Promise.reject('boom'), ['boom']],
    throws: [boom, ['boom']],
    'throws when subscribed': [() => new Observable(boom), ['boom']],
    'throws when iterated': [() => ({ [Symbol.iterator]: boom }), ['boom']],
    'is undefined': [() => undefined as unknown as ObservableInput<unknown>, [jasmine.any(TypeError)]],
    'is a number': [() => 5 as unknown as ObservableInput<unknown>, [jasmine.any(TypeError)]],
    'is an object': [() => ({}) as unknown as ObservableInput<unknown>, [jasmine.any(TypeError)]],
  };
  for (const [kind, [resetOnRefCountZero, reported]] of Object.entries(notifiers)) {
    it(`${kind}: the flight goes on and can be joined, and the error is reported`, async () => {
      const log = new Log();
      const steered = new Steered(log);
      const { call, inFlight } = make(steered.start, { resetOnRefCountZero });
      const errors = await errorsReportedIn(() => {
        const leader = call('k').subscribe();
        steered.latest.next(1);
        leader.unsubscribe();
      });
      expect(errors).toEqual(reported);
      expect(inFlight.has('k')).toBeTrue();
      call('k').subscribe(log.observer('late'));
      expect(inFlight.callers('k')).toBe(1);
      steered.latest.next(2);
      steered.latest.complete();
      expect(log.take()).toEqual(['run 1', 'late 1', 'late 2', 'late complete', 'teardown 1']);
      expect(inFlight.size).toBe(0);
    });
  }

  it('is called again each time that the last caller leaves', async () => {
    const steered = new Steered();
    const answers: ObservableInput<unknown>[] = [EMPTY, throwError(() => 'boom'), of('cancel')];
    const { call, inFlight } = make(steered.start, { resetOnRefCountZero: () => answers.shift()! });
    const alive: boolean[] = [];
    const errors = await errorsReportedIn(() => {
      while (answers.length > 0) {
        call('k').subscribe().unsubscribe();
        alive.push(inFlight.has('k'));
      }
    });
    expect(alive).toEqual([true, true, false]);
    expect(steered.teardowns).toEqual([1]);
    expect(errors).toEqual(['boom']);
  });
});

describeFaces('Law 7: resetOnRefCountZero, a notifier whose teardown calls again', (make) => {
  const ends: Record<string, (steered: Steered, notifier: Subject<void>, abort: () => void) => void> = {
    'it has emitted': (_steered, notifier) => notifier.next(),
    'the source has completed': ({ latest }) => latest.complete(),
    'the source has failed': ({ latest }) => latest.error('e'),
    'the flight was aborted': (_steered, _notifier, abort) => abort(),
  };
  for (const [why, end] of Object.entries(ends)) {
    it(`starts a fresh flight, since ${why}, and a third caller joins it`, async () => {
      const log = new Log();
      const steered = new Steered();
      const notifier = new Subject<void>();
      let calledAgain = false;
      const { call, inFlight } = make(steered.start, {
        resetOnRefCountZero: () =>
          notifier.pipe(
            finalize(() => {
              if (!calledAgain) {
                calledAgain = true;
                call('k').subscribe(log.observer('again'));
              }
            }),
          ),
      });
      call('k').subscribe().unsubscribe();
      await errorsReportedIn(() => end(steered, notifier, () => inFlight.abort('k')));
      call('k').subscribe(log.observer('third'));

      expect(steered.runs).toBe(2);
      expect(steered.teardowns).toEqual([1, 0]);
      expect(inFlight.callers('k')).toBe(2);
      steered.latest.next('fresh');
      expect(log.take()).toEqual(['again fresh', 'third fresh']);
    });
  }

  it('joins the living flight, since somebody else has just joined', () => {
    const log = new Log();
    const steered = new Steered();
    let asked = 0;
    const { call, inFlight } = make(steered.start, {
      resetOnRefCountZero: () => {
        asked++;
        return NEVER.pipe(finalize(() => call('k').subscribe(log.observer('again'))));
      },
    });
    const leader = call('k').subscribe();
    steered.latest.next(1);
    leader.unsubscribe();
    call('k').subscribe(log.observer('newcomer'));
    steered.latest.next(2);

    expect(asked).toBe(1);
    expect(steered.runs).toBe(1);
    expect(inFlight.callers('k')).toBe(2);
    const lines = log.take();
    expect(lines.filter((line) => line.startsWith('newcomer'))).toEqual(['newcomer 1', 'newcomer 2']);
    expect(lines.filter((line) => line.startsWith('again'))).toEqual(['again 1', 'again 2']);
  });

  it('joins although the newcomer that dropped the notifier leaves there', () => {
    const log = new Log();
    const steered = new Steered();
    const left = new Subject<void>();
    let dropped = false;
    const { call, inFlight } = make(steered.start, {
      resetOnRefCountZero: () =>
        NEVER.pipe(
          finalize(() => {
            if (!dropped) {
              dropped = true;
              call('k').subscribe(log.observer('again'));
              left.next();
            }
          }),
        ),
    });
    call('k').subscribe().unsubscribe();
    call('k').pipe(takeUntil(left)).subscribe(log.observer('newcomer'));
    expect(inFlight.callers('k')).toBe(1);
    steered.latest.next('value');
    steered.latest.complete();
    expect(log.take()).toEqual(['newcomer complete', 'again value', 'again complete']);
    expect(steered.runs).toBe(1);
    expect(inFlight.size).toBe(0);
  });

  it('ends the flight there, and the newcomer starts afresh', () => {
    for (const [why, end] of Object.entries({
      complete: (steered: Steered) => steered.sources[0]!.complete(),
      abort: (_steered: Steered, abort: () => void) => abort(),
      forget: (_steered: Steered, _abort: () => void, forget: () => void) => forget(),
    })) {
      const log = new Log();
      const steered = new Steered();
      let ended = false;
      const { call, inFlight } = make(steered.start, {
        resetOnRefCountZero: () =>
          NEVER.pipe(
            finalize(() => {
              if (!ended) {
                ended = true;
                end(
                  steered,
                  () => inFlight.abort('k'),
                  () => inFlight.forget('k'),
                );
              }
            }),
          ),
      });
      call('k').subscribe().unsubscribe();
      call('k').subscribe(log.observer('newcomer'));
      expect(inFlight.has('k')).withContext(why).toBeTrue();
      steered.latest.next('value');
      expect(log.take()).withContext(why).toEqual(['newcomer value']);
      expect(steered.runs).withContext(why).toBe(2);
    }
  });
});

describeFaces('Law 12: resetOnRefCountZero, a notifier whose teardown throws', (make) => {
  const ends: Record<string, (steered: Steered, notifier: Subject<void>, abort: () => void) => void> = {
    emits: (_steered, notifier) => notifier.next(),
    'is overtaken by completion': ({ latest }) => latest.complete(),
    'is overtaken by an error': ({ latest }) => latest.error('e'),
    'is overtaken by an abort': (_steered, _notifier, abort) => abort(),
  };
  for (const [why, end] of Object.entries(ends)) {
    it(`${why}: is reported, and the flight ends as it should`, async () => {
      const steered = new Steered();
      const notifier = new Subject<void>();
      const { call, inFlight } = make(steered.start, { resetOnRefCountZero: () => notifier.pipe(finalize(boom)) });
      const errors = await errorsReportedIn(() => {
        call('k').subscribe().unsubscribe();
        end(steered, notifier, () => inFlight.abort('k'));
      });
      expect(errors.map(String).filter((error) => error.includes('boom')).length).toBe(1);
      expect(steered.teardowns).toEqual([1]);
      expect(inFlight.size).toBe(0);
    });
  }

  it('is torn down by a newcomer: is reported, and the newcomer is notified of everything', async () => {
    const log = new Log();
    const steered = new Steered();
    const { call, inFlight } = make(steered.start, { resetOnRefCountZero: () => NEVER.pipe(finalize(boom)) });
    const errors = await errorsReportedIn(() => {
      const leader = call('k').subscribe();
      steered.latest.next(1);
      leader.unsubscribe();
      call('k').subscribe(log.observer('newcomer'));
    });
    steered.latest.next(2);
    expect(log.take()).toEqual(['newcomer 1', 'newcomer 2']);
    expect(errors.length).toBe(1);
    expect(inFlight.callers('k')).toBe(1);
  });

  function boom(): never {
    throw new Error('boom');
  }
});
