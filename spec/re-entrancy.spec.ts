import { finalize, NEVER, Observable, of, Subject, takeUntil, type Subscription } from 'rxjs';
import { coalescedAsync, type FlightEvent } from '../src/index.js';
import { errorsReportedIn } from './support/errors-reported.js';
import { describeFaces, type Calls } from './support/faces.js';
import { Log } from './support/log.js';
import { Steered } from './support/steered.js';

const names = ['first', 'second', 'third'];

/** The notifications, without the names of their callers. */
const withoutNames = (lines: string[]): string[] => lines.map((line) => line.slice(line.indexOf(' ') + 1));

const thrice = (...received: string[]): string[] => received.flatMap((line) => [line, line, line]);

describeFaces('Law 3: everyone is notified of the earlier before the later', (make) => {
  const acts: [string, (steered: Steered, abort: () => void) => void, string[]][] = [
    ['emit', ({ latest }) => latest.next(2), ['1', '2']],
    ['complete', ({ latest }) => latest.complete(), ['1', 'complete']],
    ['fail', ({ latest }) => latest.error('e'), ['1', 'error e']],
    ['end by an abort', (_steered, abort) => abort(), ['1', 'error stop']],
    [
      'emit twice and complete',
      ({ latest }) => {
        latest.next(2);
        latest.next(3);
        latest.complete();
      },
      ['1', '2', '3', 'complete'],
    ],
    [
      'emit and end by an abort',
      ({ latest }, abort) => {
        latest.next(2);
        abort();
        latest.next(3);
      },
      ['1', '2', 'error stop'],
    ],
  ];

  for (const [verb, act, rounds] of acts) {
    for (const actor of names) {
      it(`if the ${actor} of three makes the flight ${verb}`, () => {
        const log = new Log();
        const steered = new Steered();
        const { call, inFlight } = make(steered.start);
        for (const name of names) {
          const observer = log.observer(name);
          call('k').subscribe({
            ...observer,
            next: (value) => {
              observer.next(value);
              if (name === actor && value === 1) {
                act(steered, () => inFlight.abort('k', 'stop'));
              }
            },
          });
        }
        steered.latest.next(1);
        const lines = log.take();
        expect(withoutNames(lines)).toEqual(thrice(...rounds));
        expect(new Set(lines).size).toBe(lines.length);
      });
    }
  }

  it('if each of three makes the source emit', () => {
    const log = new Log();
    const steered = new Steered<number>();
    const { call } = make(steered.start);
    let emitted = 1;
    for (const name of names) {
      call().subscribe((value) => {
        log.add(`${name} ${value}`);
        if (emitted < 10) steered.latest.next(++emitted);
      });
    }
    steered.latest.next(1);
    expect(withoutNames(log.take())).toEqual(thrice('1', '2', '3', '4', '5', '6', '7', '8', '9', '10'));
  });

  const overtaking: [string, (steered: Steered, abort: () => void) => void, string][] = [
    ['emit', ({ latest }) => latest.next(3), '3'],
    ['complete', ({ latest }) => latest.complete(), 'complete'],
    ['fail', ({ latest }) => latest.error('e'), 'error e'],
    ['end by an abort', (_steered, abort) => abort(), 'error stop'],
  ];
  for (const [verb, act, received] of overtaking) {
    it(`if the first makes it emit 2, and then the second, as it is notified of 1, makes it ${verb}`, () => {
      const log = new Log();
      const steered = new Steered();
      const { call, inFlight } = make(steered.start);
      for (const name of names) {
        const observer = log.observer(name);
        call('k').subscribe({
          ...observer,
          next: (value) => {
            observer.next(value);
            if (name === 'first' && value === 1) steered.latest.next(2);
            if (name === 'second' && value === 1) act(steered, () => inFlight.abort('k', 'stop'));
          },
        });
      }
      steered.latest.next(1);
      expect(withoutNames(log.take())).toEqual(thrice('1', '2', received));
    });
  }

  it('if a late caller makes the source go on while values are replayed to it', () => {
    const log = new Log();
    const steered = new Steered<number>();
    const { call, inFlight } = make(steered.start);
    call('k').subscribe(log.observer('early'));
    steered.latest.next(1);
    steered.latest.next(2);
    const late = log.observer('late');
    call('k').subscribe({
      ...late,
      next: (value) => {
        late.next(value);
        if (value === 1) {
          steered.latest.next(3);
          steered.latest.complete();
        }
      },
    });
    const lines = log.take();
    expect(lines.filter((line) => line.startsWith('early'))).toEqual([
      'early 1',
      'early 2',
      'early 3',
      'early complete',
    ]);
    expect(lines.filter((line) => line.startsWith('late'))).toEqual(['late 1', 'late 2', 'late 3', 'late complete']);
    expect(lines.indexOf('late 2')).toBeLessThan(lines.indexOf('early 3'));
    expect(inFlight.size).toBe(0);
  });

  it('if a late caller aborts the flight while values are replayed to it', () => {
    const log = new Log();
    const steered = new Steered<number>();
    const { call, inFlight } = make(steered.start);
    call('k').subscribe(log.observer('early'));
    steered.latest.next(1);
    steered.latest.next(2);
    log.take();
    const late = log.observer('late');
    call('k').subscribe({
      ...late,
      next: (value) => {
        late.next(value);
        if (value === 1) inFlight.abort('k', 'stop');
      },
    });
    expect(log.take()).toEqual(['late 1', 'late 2', 'early error stop', 'late error stop']);
    expect(steered.teardowns).toEqual([1]);
  });

  it('if a listener makes the source go on as somebody joins', () => {
    const log = new Log();
    const steered = new Steered<number>();
    const { call, inFlight } = make(steered.start);
    call('k').subscribe(log.observer('early'));
    steered.latest.next(1);
    inFlight.events.subscribe(({ type }) => {
      if (type === 'join') {
        steered.latest.next(2);
        steered.latest.complete();
      }
    });
    call('k').subscribe(log.observer('late'));
    const lines = log.take();
    expect(lines.filter((line) => line.startsWith('early'))).toEqual(['early 1', 'early 2', 'early complete']);
    expect(lines.filter((line) => line.startsWith('late'))).toEqual(['late 1', 'late 2', 'late complete']);
    expect(inFlight.size).toBe(0);
  });

  it('if a caller that leaves makes the source emit', () => {
    const log = new Log();
    const steered = new Steered<number>();
    const { call } = make(steered.start);
    call()
      .pipe(finalize(() => steered.latest.next(2)))
      .subscribe(log.observer('leaves'))
      .unsubscribe();
    expect(log.take()).toEqual([]);
    call().subscribe(log.observer('stays'));
    expect(steered.runs).toBe(2);
    steered.latest.next(3);
    expect(log.take()).toEqual(['stays 3']);
  });

  it('if a source that is torn down still emits: nobody is notified', () => {
    const log = new Log();
    const sources: Subject<number>[] = [];
    const { call, inFlight } = make(() => {
      const source = new Subject<number>();
      sources.push(source);
      return new Observable<number>((subscriber) => {
        source.subscribe(subscriber);
        return () => {
          subscriber.next(8);
          subscriber.complete();
        };
      });
    });
    call('k').subscribe(log.observer('left')).unsubscribe();
    call('k').subscribe(log.observer('aborted'));
    inFlight.abort('k', 'stop');
    call('k').subscribe(log.observer('completed'));
    sources[2]!.complete();
    expect(log.take()).toEqual(['aborted error stop', 'completed complete']);
    expect(inFlight.size).toBe(0);
  });
});

describeFaces('Laws 2 and 7: a call made from inside', (make) => {
  it('next joins after the next value, and is notified of all', () => {
    const log = new Log();
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    call('k').subscribe((value) => {
      if (value === 2) call('k').subscribe(log.observer('inner'));
    });
    steered.latest.next(1);
    steered.latest.next(2);
    expect(inFlight.callers('k')).toBe(1);
    steered.latest.next(3);
    expect(inFlight.callers('k')).toBe(2);
    steered.latest.complete();
    expect(log.take()).toEqual(['inner 1', 'inner 2', 'inner 3', 'inner complete']);
    expect(steered.runs).toBe(1);
  });

  it('next of every caller, repeatedly, joins one flight', () => {
    const steered = new Steered<number>();
    const { call, inFlight } = make(steered.start);
    let callers = 0;
    const received: number[] = [];
    const callOnce = (): void => {
      if (callers < 50) {
        const caller = callers++;
        received[caller] = 0;
        call('k').subscribe(() => {
          received[caller]!++;
          callOnce();
        });
      }
    };
    callOnce();
    let value = 0;
    while (inFlight.callers('k') < 50) {
      steered.latest.next(++value);
    }
    // Each value at least doubles the callers, and two values multiply them by six.
    expect(value).toBeLessThan(8);
    expect(steered.runs).toBe(1);
    expect(received).toEqual(new Array(50).fill(value));
  });

  const whileAlive: [FlightEvent<unknown>['type'], (calls: Calls<unknown>) => void][] = [
    ['start', ({ call }) => call('k').subscribe()],
    ['join', ({ call }) => [call('k').subscribe(), call('k').subscribe()]],
    [
      'leave',
      ({ call }) => {
        call('k').subscribe();
        call('k').subscribe().unsubscribe();
      },
    ],
  ];
  for (const [type, cause] of whileAlive) {
    it(`a listener to ${type} joins if somebody still waits`, () => {
      const log = new Log();
      const steered = new Steered();
      const calls = make(steered.start);
      let calledAgain = false;
      calls.inFlight.events.subscribe((event) => {
        if (event.type === type && !calledAgain) {
          calledAgain = true;
          calls.call('k').subscribe(log.observer('inner'));
        }
      });
      cause(calls);
      expect(calledAgain).toBeTrue();
      expect(steered.runs).toBe(1);
      steered.latest.next(1);
      steered.latest.complete();
      expect(log.take()).toEqual(['inner 1', 'inner complete']);
      expect(calls.inFlight.size).toBe(0);
    });
  }

  const atTheEnd: [
    FlightEvent<unknown>['type'],
    (steered: Steered, calls: Calls<unknown>, last: Subscription) => void,
  ][] = [
    ['leave', (_steered, _calls, last) => last.unsubscribe()],
    ['cancel', (_steered, _calls, last) => last.unsubscribe()],
    ['complete', ({ latest }) => latest.complete()],
    ['error', ({ latest }) => latest.error('e')],
    ['abort', (_steered, { inFlight }) => inFlight.abort('k')],
    ['forget', (_steered, { inFlight }) => inFlight.forget('k')],
  ];
  for (const [type, cause] of atTheEnd) {
    it(`a listener to ${type} starts afresh, since the key is free, and a third caller joins it`, () => {
      const log = new Log();
      const steered = new Steered();
      const calls = make(steered.start);
      const last = calls.call('k').subscribe({ error: () => {} });
      let calledAgain = false;
      calls.inFlight.events.subscribe((event) => {
        if (event.type === type && !calledAgain) {
          calledAgain = true;
          calls.call('k').subscribe(log.observer('inner'));
        }
      });
      cause(steered, calls, last);
      calls.call('k').subscribe(log.observer('third'));
      expect(steered.runs).toBe(2);
      expect(calls.inFlight.callers('k')).toBe(2);
      expect(steered.teardowns).toEqual([type === 'forget' ? 0 : 1, 0]);
      steered.latest.next('fresh');
      expect(log.take()).toEqual(['inner fresh', 'third fresh']);
    });
  }

  it('the function with another key starts a flight of its own, and with its own key joins', () => {
    const log = new Log();
    const { call, inFlight } = make((key) => {
      log.add(`run ${String(key)}`);
      if (key === 'outer') {
        call('inner').subscribe(log.observer('from outer'));
        call('outer').subscribe(log.observer('itself'));
      } else {
        call('outer').subscribe(log.observer('from inner'));
      }
      return of(key);
    });
    call('outer').subscribe(log.observer('caller'));
    expect(log.take()).toEqual([
      'run outer',
      'run inner',
      'from outer inner',
      'from outer complete',
      'caller outer',
      'from inner outer',
      'itself outer',
      'caller complete',
      'from inner complete',
      'itself complete',
    ]);
    expect(inFlight.size).toBe(0);
  });

  for (const end of ['leaving', 'abort'] as const) {
    it(`an abort listener of a flight ended by ${end} starts afresh, and a third caller joins that one`, async () => {
      let runs = 0;
      const reported = await errorsReportedIn(() => {
        const load = coalescedAsync(
          (_id: string, { signal }: { signal?: AbortSignal } = {}) => {
            if (++runs === 1) {
              signal!.addEventListener('abort', () => {
                expect(load.inFlight.has('k')).toBeFalse();
                load('k', {}).catch(() => {});
              });
            }
            return new Promise<never>(() => {});
          },
          { keyFn: (id) => id },
        );
        const controller = new AbortController();
        load('k', { signal: controller.signal }).catch(() => {});
        if (end === 'abort') load.inFlight.abort('k');
        else controller.abort();
        expect(runs).toBe(2);
        load('k', {}).catch(() => {});
        expect(runs).toBe(2);
        expect(load.inFlight.callers('k')).toBe(2);
        load.inFlight.abort('k');
      });
      expect(reported).toEqual([]);
    });
  }
});

describeFaces('Law 7: leaving from inside', (make) => {
  for (const leaver of names) {
    for (const left of names) {
      it(`next: the ${leaver} of three makes the ${left} leave`, () => {
        const log = new Log();
        const steered = new Steered();
        const { call, inFlight } = make(steered.start);
        const callers = new Map<string, Subscription>();
        for (const name of names) {
          const observer = log.observer(name);
          const caller = call('k').subscribe({
            ...observer,
            next: (value) => {
              observer.next(value);
              if (name === leaver) callers.get(left)!.unsubscribe();
            },
          });
          callers.set(name, caller);
        }
        steered.latest.next(1);
        expect(inFlight.callers('k')).toBe(2);
        steered.latest.next(2);
        steered.latest.complete();

        const missed = names.indexOf(left) > names.indexOf(leaver);
        const stayed = names.filter((name) => name !== left);
        expect(log.take()).toEqual([
          ...names.filter((name) => name !== left || !missed).map((name) => `${name} 1`),
          ...stayed.map((name) => `${name} 2`),
          ...stayed.map((name) => `${name} complete`),
        ]);
        expect(steered.teardowns).toEqual([1]);
      });
    }
  }

  it('next: one makes all leave, which cancels', () => {
    const log = new Log();
    const steered = new Steered(log);
    const { call, inFlight } = make(steered.start);
    const left = new Subject<void>();
    for (const name of names) {
      const observer = log.observer(name);
      call('k')
        .pipe(takeUntil(left))
        .subscribe((value) => {
          observer.next(value);
          if (name === 'second') left.next();
        });
    }
    steered.latest.next(1);
    steered.latest.next(2);
    expect(log.take()).toEqual(['run 1', 'first 1', 'second 1', 'teardown 1']);
    expect(inFlight.size).toBe(0);
  });

  for (const end of ['complete', 'error', 'abort'] as const) {
    it(`the end: the first caller to be notified makes all leave, and the others are not notified: ${end}`, () => {
      const log = new Log();
      const steered = new Steered(log);
      const { call, inFlight } = make(steered.start);
      inFlight.events.subscribe(({ type, callers }) => log.add(`${type} ${callers}`));
      const callers: Subscription[] = [];
      const leave = (): void => {
        log.add('notified');
        callers.forEach((caller) => caller.unsubscribe());
      };
      for (const name of names) {
        const observer = { ...log.observer(name), complete: leave, error: leave };
        callers.push(call('k').subscribe(observer));
      }
      log.take();
      if (end === 'abort') inFlight.abort('k');
      else steered.latest[end]('e');
      expect(log.take()).toEqual([`${end} 3`, 'notified', 'teardown 1']);
      expect(inFlight.size).toBe(0);
    });
  }

  it('the start, before the function ran: it does not run', () => {
    const left = new Subject<void>();
    const log = new Log();
    const steered = new Steered(log);
    const { call, inFlight } = make(steered.start);
    inFlight.events.subscribe(({ type, callers }) => {
      log.add(`${type} ${callers}`);
      if (type === 'start') left.next();
    });
    call('k').pipe(takeUntil(left)).subscribe(log.observer('leader'));
    expect(log.take()).toEqual(['start 1', 'leader complete', 'leave 0', 'cancel 0']);
    expect(inFlight.size).toBe(0);
  });

  it('a join: the one who joins leaves at once', () => {
    const left = new Subject<void>();
    const log = new Log();
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    call('k').subscribe(log.observer('leader'));
    steered.latest.next(1);
    inFlight.events.subscribe(({ type, callers }) => {
      log.add(`${type} ${callers}`);
      if (type === 'join') left.next();
    });
    call('k').pipe(takeUntil(left)).subscribe(log.observer('joins'));
    steered.latest.next(2);
    expect(log.take()).toEqual(['leader 1', 'join 2', 'joins complete', 'leave 1', 'leader 2']);
    expect(inFlight.callers('k')).toBe(1);
  });

  it('a join: the leader leaves as another joins', () => {
    const log = new Log();
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    const leader = call('k').subscribe(log.observer('leader'));
    inFlight.events.subscribe(({ type, callers }) => {
      log.add(`${type} ${callers}`);
      if (type === 'join') leader.unsubscribe();
    });
    call('k').subscribe(log.observer('joins'));
    steered.latest.next(1);
    expect(log.take()).toEqual(['join 2', 'leave 1', 'joins 1']);
    expect(steered.teardowns).toEqual([0]);
  });

  it('a leave: the next leaves as one leaves', () => {
    const log = new Log();
    const steered = new Steered(log);
    const { call, inFlight } = make(steered.start);
    const callers = names.map(() => call('k').subscribe());
    inFlight.events.subscribe((event) => {
      log.add(`${event.type} ${event.callers}`);
      if (event.type === 'leave') callers[event.callers - 1]?.unsubscribe();
    });
    log.take();
    callers[2]!.unsubscribe();
    expect(log.take()).toEqual(['leave 2', 'leave 1', 'leave 0', 'cancel 0', 'teardown 1']);
    expect(inFlight.size).toBe(0);
  });

  it('the source: the last leaves while the source is being subscribed', () => {
    const left = new Subject<void>();
    const log = new Log();
    const { call, inFlight } = make(
      () =>
        new Observable((subscriber) => {
          left.next();
          subscriber.next(1);
          log.add(subscriber.closed ? 'closed' : 'open');
          return () => log.add('teardown');
        }),
    );
    call('k').pipe(takeUntil(left)).subscribe(log.observer('leader'));
    expect(log.take()).toEqual(['leader complete', 'closed', 'teardown']);
    expect(inFlight.size).toBe(0);
  });
});

describeFaces('Laws 7 and 8: forget and abort at any moment', (make) => {
  const moments = ['start', 'fn', 'source', 'join', 'leave', 'next'];

  /** A leader, a second caller and one that leaves; then the source emits 1. `act` is called once, at the given moment. */
  function play(moment: string, act: (calls: Calls<unknown>) => void) {
    const log = new Log();
    const steered = new Steered();
    let acted = false;
    const at = (now: string): void => {
      if (now === moment && !acted) {
        acted = true;
        act(calls);
      }
    };
    const calls = make(() => {
      const source = steered.start();
      at('fn');
      return new Observable((subscriber) => {
        subscriber.add(source.subscribe(subscriber));
        at('source');
      });
    });
    const { call, inFlight } = calls;
    inFlight.events.subscribe(({ type }) => at(type));
    const leader = log.observer('leader');
    call('k').subscribe({
      ...leader,
      next: (value) => {
        leader.next(value);
        at('next');
      },
    });
    call('k').subscribe({ error: () => {} });
    call('k')
      .subscribe({ error: () => {} })
      .unsubscribe();
    steered.sources[0]!.next(1);
    expect(acted).toBeTrue();
    return { log, steered, call, inFlight };
  }

  for (const moment of moments) {
    it(`forget: present callers keep the old flight, newcomers have a new one: ${moment}`, () => {
      let forgot = false;
      const { log, steered, call, inFlight } = play(moment, (calls) => {
        forgot = calls.inFlight.forget('k');
        expect(calls.inFlight.has('k')).toBeFalse();
      });
      expect(forgot).toBeTrue();
      expect(log.take()).toEqual(['leader 1']);

      call('k').subscribe(log.observer('newcomer'));
      const callers = inFlight.callers('k');
      expect(callers).toBeGreaterThan(0);
      steered.sources[0]!.complete();
      expect(log.take()).toEqual(['leader complete']);
      expect(inFlight.callers('k')).toBe(callers);
      steered.latest.next('fresh');
      expect(log.take()).toEqual(['newcomer fresh']);
      steered.latest.complete();
      expect(inFlight.size).toBe(0);
      expect(steered.teardowns).toEqual(steered.sources.map(() => 1));
    });

    it(`abort: present callers get the reason, newcomers a new flight: ${moment}`, () => {
      let aborted = false;
      const { log, steered, call, inFlight } = play(moment, (calls) => {
        aborted = calls.inFlight.abort('k', 'stop');
        expect(calls.inFlight.has('k')).toBeFalse();
      });
      expect(aborted).toBeTrue();
      expect(log.take()).toEqual(moment === 'next' ? ['leader 1', 'leader error stop'] : ['leader error stop']);

      call('k').subscribe(log.observer('newcomer'));
      steered.latest.next('fresh');
      steered.latest.complete();
      const lines = log.take();
      expect(lines.slice(-2)).toEqual(['newcomer fresh', 'newcomer complete']);
      expect(inFlight.size).toBe(0);
      // What fn was about to return is not subscribed, so there is nothing to tear down.
      expect(steered.teardowns).toEqual(steered.sources.map((_, run) => (run === 0 && moment === 'fn' ? 0 : 1)));
    });
  }

  it('abort at the start, before the function ran: it does not run', () => {
    const log = new Log();
    const { call, inFlight } = make(() => {
      log.add('run');
      return NEVER;
    });
    inFlight.events.subscribe(({ type, callers }) => {
      log.add(`${type} ${callers}`);
      if (type === 'start') inFlight.abort('k', 'stop');
    });
    call('k').subscribe(log.observer('leader'));
    expect(log.take()).toEqual(['start 1', 'abort 1', 'leader error stop']);
    expect(inFlight.size).toBe(0);
  });

  it('abort as the second joins: both get the reason, once', () => {
    const log = new Log();
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    call('k').subscribe(log.observer('leader'));
    steered.latest.next(1);
    log.take();
    inFlight.events.subscribe(({ type, callers }) => {
      log.add(`${type} ${callers}`);
      if (type === 'join') inFlight.abort('k', 'stop');
    });
    call('k').subscribe(log.observer('joins'));
    expect(log.take()).toEqual(['join 2', 'abort 2', 'joins 1', 'leader error stop', 'joins error stop']);
    expect(steered.teardowns).toEqual([1]);
  });

  it('neither finds a flight that is ending', () => {
    const log = new Log();
    const steered = new Steered();
    const look = (): void => log.add(`${inFlight.forget('k')} ${inFlight.abort('k')}`);
    const { call, inFlight } = make(() => steered.start().pipe(finalize(look)));
    inFlight.events.subscribe(({ type }) => {
      if (type !== 'start') look();
    });
    call('k').subscribe({ complete: look });
    steered.latest.complete();
    call('k').subscribe({ error: look });
    steered.latest.error('e');
    call('k').subscribe().unsubscribe();
    expect(new Set(log.take())).toEqual(new Set(['false false']));
    expect(steered.teardowns).toEqual([1, 1, 1]);
  });

  for (const reason of [null, 0, '', false, NaN]) {
    it(`abort passes a falsy reason on unchanged: ${String(reason) || 'an empty string'}`, () => {
      const { call, inFlight } = make(() => NEVER);
      const caught: unknown[] = [];
      call('k').subscribe({ error: (error: unknown) => caught.push(error) });
      inFlight.abort('k', reason);
      expect(caught).toEqual([reason]);
    });
  }

  it('abort from inside an abort ends the flight once', () => {
    const log = new Log();
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    inFlight.events.subscribe(({ type }) => log.add(type));
    for (const name of names) {
      const observer = log.observer(name);
      call('k').subscribe({
        ...observer,
        error: (error: unknown) => {
          observer.error(error);
          log.add(String(inFlight.abort('k', 'again')));
        },
      });
    }
    log.take();
    inFlight.abort('k', 'stop');
    expect(log.take()).toEqual(['abort', ...names.flatMap((name) => [`${name} error stop`, 'false'])]);
  });

  it('abortAll and forgetAll from inside next end or forget all, but no call made meanwhile', () => {
    for (const all of ['abortAll', 'forgetAll'] as const) {
      const log = new Log();
      const steered = new Steered();
      const { call, inFlight } = make(steered.start);
      const again = (): void => void call('b').subscribe(log.observer('again'));
      call('a').subscribe({
        next: () => {
          inFlight[all]();
          if (all === 'forgetAll') again();
        },
        error: again,
      });
      call('b').subscribe({ error: () => {} });
      steered.sources[0]!.next(1);
      expect([...inFlight.keys()])
        .withContext(all)
        .toEqual(['b']);
      expect(inFlight.callers('b')).withContext(all).toBe(1);
      steered.latest.next('fresh');
      expect(log.take()).withContext(all).toEqual(['again fresh']);
    }
  });
});
