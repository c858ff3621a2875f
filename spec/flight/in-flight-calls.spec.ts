import { EMPTY, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { coalesceBy, coalesced, coalescedAsync, inFlightCalls, type InFlightCalls } from '../../src/index.js';
import { Log } from '../support/log.js';
import { marbles } from '../support/marbles.js';
import { Steered } from '../support/steered.js';

/** Keys that a registry made of an object, of strings or of `===` would confuse or lose. */
const hostileKeys: readonly unknown[] = [
  ...[
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'toString',
    '',
    ' ',
    '0',
    'null',
    'undefined',
    'NaN',
    '[object Object]',
  ],
  ...[0, 1, -1, NaN, Infinity, 0n, 1n, true, false, null, undefined],
  ...[
    Symbol.iterator,
    Symbol('a'),
    Symbol('a'),
    {},
    {},
    [],
    [],
    () => {},
    new Date(0),
    new Map(),
    Object.create(null) as object,
  ],
];

describe('The registry', () => {
  it('knows the keys in flight, in the order of their flights, and their callers', () => {
    const inFlight = inFlightCalls<string, never>();
    const call = (key: string) => inFlight.join(key, () => NEVER).subscribe();
    expect(inFlight.size).toBe(0);
    expect([...inFlight.keys()]).toEqual([]);

    const first = call('b');
    const second = call('a');
    const third = call('b');
    expect(inFlight.size).toBe(2);
    expect([...inFlight.keys()]).toEqual(['b', 'a']);
    expect(inFlight.has('a')).toBeTrue();
    expect(inFlight.has('b')).toBeTrue();
    expect(inFlight.callers('a')).toBe(1);
    expect(inFlight.callers('b')).toBe(2);

    first.unsubscribe();
    expect([...inFlight.keys()]).toEqual(['b', 'a']);
    expect(inFlight.callers('b')).toBe(1);
    third.unsubscribe();
    expect([...inFlight.keys()]).toEqual(['a']);
    expect(inFlight.has('b')).toBeFalse();
    expect(inFlight.callers('b')).toBe(0);
    second.unsubscribe();
    expect(inFlight.size).toBe(0);
  });

  it('knows nothing of an unknown key, and does nothing to it', () => {
    const inFlight = inFlightCalls<string, never>();
    const events: unknown[] = [];
    inFlight.events.subscribe((event) => events.push(event));
    expect(inFlight.has('a')).toBeFalse();
    expect(inFlight.callers('a')).toBe(0);
    expect(inFlight.forget('a')).toBeFalse();
    expect(inFlight.abort('a')).toBeFalse();
    inFlight.forgetAll();
    inFlight.abortAll();
    expect(inFlight.size).toBe(0);
    expect(events).toEqual([]);
  });

  it('distinguishes any two keys that a Map distinguishes', () => {
    const inFlight = inFlightCalls<unknown, unknown>();
    const errors = new Map<unknown, unknown[]>();
    let runs = 0;
    for (const key of hostileKeys) {
      expect(inFlight.has(key)).toBeFalse();
      expect(inFlight.forget(key)).toBeFalse();
      errors.set(key, []);
      const start = (): Observable<unknown> => {
        runs++;
        return NEVER;
      };
      inFlight.join(key, start).subscribe({ error: (error: unknown) => errors.get(key)!.push(error) });
      inFlight.join(key, start).subscribe({ error: () => {} });
      expect(inFlight.callers(key)).toBe(2);
    }
    expect(runs).toBe(hostileKeys.length);
    expect(inFlight.size).toBe(hostileKeys.length);
    expect([...inFlight.keys()]).toEqual([...hostileKeys]);
    for (const key of hostileKeys) {
      expect(inFlight.abort(key, { aborts: key })).toBeTrue();
      expect(inFlight.has(key)).toBeFalse();
      expect(errors.get(key)).toEqual([{ aborts: key }]);
    }
    expect(inFlight.size).toBe(0);
  });

  it('treats 0 and -0 as one key', () => {
    const inFlight = inFlightCalls<number, never>();
    inFlight.join(-0, () => NEVER).subscribe();
    expect(inFlight.callers(0)).toBe(1);
    expect(inFlight.forget(0)).toBeTrue();
    expect(inFlight.has(-0)).toBeFalse();
  });

  it('lets flights end while its keys are iterated', () => {
    const inFlight = inFlightCalls<string, never>();
    inFlight.join('a', () => NEVER).subscribe({ error: () => {} });
    inFlight.join('b', () => NEVER).subscribe();
    const keys = inFlight.keys();
    expect(keys.next().value).toBe('a');
    inFlight.abort('a');
    expect([...keys]).toEqual(['b']);
    expect([...inFlight.keys()]).toEqual(['b']);
  });
});

describe('The registry’s join', () => {
  it('does nothing before it is subscribed, and makes a call of each subscription', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -a---b|          ');
      const first = '      --^                ';
      const expected1 = '  ---a---b|          ';
      const second = '     -----^             ';
      const expected2 = '  -----a-b|          ';
      const third = '      ----------^        ';
      const expected3 = '  -----------a---b|  ';
      const subs = ['      --^-----!          ', '  ----------^-----!  '];
      const held = inFlightCalls<string, string>().join('k', () => source);

      expectObservable(held, first).toBe(expected1);
      expectObservable(held, second).toBe(expected2);
      expectObservable(held, third).toBe(expected3);
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('joins flights that any other function leads by the same key, and they join its flights', async () => {
    const inFlight = inFlightCalls<string, string>();
    const log = new Log();
    const source = new Subject<string>();
    const leadBy = (who: string) => (id: string) => {
      log.add(`${who} leads ${id}`);
      return source;
    };
    const load = coalesced(leadBy('coalesced'), { inFlight });
    const loadAsync = coalescedAsync(leadBy('coalescedAsync'), { inFlight });
    const operator = coalesceBy((id: string) => id, leadBy('coalesceBy'), { inFlight });
    const calls: Record<string, () => void> = {
      join: () => inFlight.join('k', () => leadBy('join')('k')).subscribe(log.observer('join')),
      coalesced: () => load('k').subscribe(log.observer('coalesced')),
      coalesceBy: () => of('k').pipe(operator).subscribe(log.observer('coalesceBy')),
      coalescedAsync: () => void loadAsync('k').then(log.observer('coalescedAsync').next),
    };
    for (const leader of Object.keys(calls)) {
      calls[leader]!();
      Object.values(calls).forEach((call) => call());
      expect(inFlight.callers('k')).toBe(5);
      expect(log.take()).toEqual([`${leader} leads k`]);
      inFlight.forget('k');
    }
    source.next('x');
    source.complete();
    await Promise.resolve().then(() => {});
    const lines = log.take();
    for (const face of Object.keys(calls)) {
      expect(lines.filter((line) => line === `${face} x`).length).toBe(5);
    }
  });

  it('runs only the leader’s start, and configures the flight by the leader', () => {
    const inFlight = inFlightCalls<string, string>();
    const log = new Log();
    const source = new Subject<string>();
    inFlight.join('k', () => source, { bufferSize: 1, resetOnRefCountZero: false }).subscribe();
    source.next('x');
    source.next('y');
    inFlight
      .join(
        'k',
        () => {
          throw new Error('not the leader');
        },
        { bufferSize: Infinity },
      )
      .subscribe(log.observer('B'))
      .unsubscribe();
    expect(log.take()).toEqual(['B y']);
  });

  it('passes on what start throws, and leaves nothing behind', () => {
    const inFlight = inFlightCalls<string, never>();
    const log = new Log();
    const fail = (): never => {
      throw new Error('no start');
    };
    inFlight.join('k', fail).subscribe(log.observer('A'));
    inFlight.join('k', () => throwError(() => 'failed')).subscribe(log.observer('B'));
    inFlight.join('k', () => EMPTY).subscribe(log.observer('C'));
    expect(log.take()).toEqual(['A error no start', 'B error failed', 'C complete']);
    expect(inFlight.size).toBe(0);
  });

  it('calls start without arguments and without this', () => {
    const inFlight = inFlightCalls<string, never>();
    const seen: unknown[] = [];
    inFlight
      .join('k', function (this: unknown, ...args: unknown[]) {
        seen.push(this, ...args);
        return EMPTY;
      })
      .subscribe();
    expect(seen).toEqual([undefined]);
  });
});

describe('Law 21: forget', () => {
  it('frees the key at once: new callers start afresh, present callers keep the old flight', () => {
    const log = new Log();
    const steered = new Steered(log);
    const inFlight = inFlightCalls<string, unknown>();
    const call = inFlight.join('k', steered.start);
    call.subscribe(log.observer('A'));
    expect(inFlight.forget('k')).toBeTrue();
    expect(inFlight.has('k')).toBeFalse();
    expect(inFlight.size).toBe(0);
    expect(inFlight.callers('k')).toBe(0);
    expect(inFlight.forget('k')).toBeFalse();

    call.subscribe(log.observer('B'));
    call.subscribe(log.observer('C'));
    expect(inFlight.callers('k')).toBe(2);
    steered.sources[0]!.next('old');
    steered.sources[1]!.next('new');
    expect(log.take()).toEqual(['run 1', 'run 2', 'A old', 'B new', 'C new']);

    steered.sources[0]!.complete();
    expect(log.take()).toEqual(['A complete', 'teardown 1']);
    expect(inFlight.callers('k')).toBe(2);
    steered.sources[1]!.complete();
    expect(log.take()).toEqual(['B complete', 'C complete', 'teardown 2']);
    expect(inFlight.size).toBe(0);
  });

  it('lets the callers of the old flight cancel it, without affecting the new one', () => {
    const log = new Log();
    const steered = new Steered(log);
    const inFlight = inFlightCalls<string, unknown>();
    const call = inFlight.join('k', steered.start);
    const old = call.subscribe();
    inFlight.forget('k');
    call.subscribe();
    old.unsubscribe();
    expect(log.take()).toEqual(['run 1', 'run 2', 'teardown 1']);
    expect(inFlight.callers('k')).toBe(1);
  });

  it('keeps abort from reaching the flight', () => {
    const log = new Log();
    const steered = new Steered(log);
    const inFlight = inFlightCalls<string, unknown>();
    inFlight.join('k', steered.start).subscribe(log.observer('A'));
    inFlight.forget('k');
    expect(inFlight.abort('k')).toBeFalse();
    inFlight.abortAll();
    inFlight.join('k', steered.start).subscribe(log.observer('B'));
    expect(inFlight.abort('k', 'enough')).toBeTrue();
    steered.sources[0]!.next('x');
    expect(log.take()).toEqual(['run 1', 'run 2', 'B error enough', 'teardown 2', 'A x']);
  });

  it('lets a flight be forgotten while its function runs', () => {
    const inFlight = inFlightCalls<string, string>();
    const log = new Log();
    const source = new Subject<string>();
    let runs = 0;
    const start = (): Observable<string> => {
      runs++;
      expect(inFlight.forget('k')).toBeTrue();
      return source;
    };
    inFlight.join('k', start).subscribe(log.observer('A'));
    inFlight.join('k', start).subscribe(log.observer('B'));
    source.next('x');
    expect(runs).toBe(2);
    expect(log.take()).toEqual(['A x', 'B x']);
  });
});

describe('Law 21: abort', () => {
  it('frees the key, then notifies every caller of the reason, then tears down the source', () => {
    const log = new Log();
    const steered = new Steered(log);
    const inFlight = inFlightCalls<string, unknown>();
    const reason = new Error('enough');
    const call = inFlight.join('k', steered.start);
    for (const name of ['A', 'B']) {
      call.subscribe({
        error: (error: unknown) => {
          expect(error).toBe(reason);
          log.add(`${name} error, ${inFlight.has('k') ? 'in flight' : 'free'}`);
        },
      });
    }
    expect(inFlight.abort('k', reason)).toBeTrue();
    expect(log.take()).toEqual(['run 1', 'A error, free', 'B error, free', 'teardown 1']);
    expect(steered.teardowns).toEqual([1]);
    expect(inFlight.abort('k', reason)).toBeFalse();
  });

  it('gives an AbortError by default, and any other reason as it is', () => {
    const inFlight = inFlightCalls<string, never>();
    const errors: unknown[] = [];
    const call = (): void => {
      inFlight.join('k', () => NEVER).subscribe({ error: (error: unknown) => errors.push(error) });
    };
    for (const abort of [() => inFlight.abort('k'), () => inFlight.abort('k', undefined), () => inFlight.abortAll()]) {
      call();
      call();
      abort();
      expect(errors.length).toBe(2);
      expect(errors[0]).toBeInstanceOf(DOMException);
      expect((errors[0] as DOMException).name).toBe('AbortError');
      expect((errors[0] as DOMException).message).toContain('aborted');
      expect(errors[1]).toBe(errors[0]);
      errors.length = 0;
    }
    const reason = { of: 'mine' };
    for (const given of [null, 0, false, '', NaN, reason]) {
      call();
      inFlight.abort('k', given);
      call();
      inFlight.abortAll(given);
      expect(errors).toEqual([given, given]);
      errors.length = 0;
    }
  });

  it('ends a flight once, whatever a listener of it makes the source do', () => {
    for (const then of ['next', 'error', 'complete'] as const) {
      const log = new Log();
      const source = new Subject<string>();
      const inFlight = inFlightCalls<string, string>();
      inFlight.events.subscribe(({ type }) => {
        log.add(type);
        if (type === 'abort') {
          source[then]('late');
        }
      });
      inFlight.join('k', () => source).subscribe(log.observer('A'));
      inFlight.abort('k', 'reason');
      expect(log.take()).withContext(then).toEqual(['start', 'abort', 'A error reason']);
    }
  });

  it('does not end a call made as a caller is notified, which a third caller joins', () => {
    const log = new Log();
    const steered = new Steered(log);
    const inFlight = inFlightCalls<string, unknown>();
    const call = inFlight.join('k', steered.start);
    for (const name of ['A', 'B']) {
      call.subscribe({ error: () => call.subscribe(log.observer(`${name} again`)) });
    }
    inFlight.abort('k');
    expect(log.take()).toEqual(['run 1', 'run 2', 'teardown 1']);
    expect(inFlight.callers('k')).toBe(2);
    steered.latest.next('x');
    expect(log.take()).toEqual(['A again x', 'B again x']);
  });

  it('ends a flight whose function is still running, and does not subscribe to what it returns', () => {
    const log = new Log();
    const inFlight = inFlightCalls<string, string>();
    let subscriptions = 0;
    const start = (): Observable<string> => {
      inFlight.abort('k', 'enough');
      log.add('aborted');
      return new Observable(() => {
        subscriptions++;
      });
    };
    inFlight.join('k', start).subscribe(log.observer('A'));
    expect(log.take()).toEqual(['A error enough', 'aborted']);
    expect(subscriptions).toBe(0);
    expect(inFlight.size).toBe(0);
  });

  it('ends a flight during a value: everyone is notified of the value first', () => {
    const log = new Log();
    const steered = new Steered(log);
    const inFlight = inFlightCalls<string, unknown>();
    const call = inFlight.join('k', steered.start);
    const { next, ...rest } = log.observer('A');
    call.subscribe({
      next: (value) => {
        next(value);
        inFlight.abort('k', 'enough');
      },
      ...rest,
    });
    call.subscribe(log.observer('B'));
    steered.latest.next('x');
    expect(log.take()).toEqual(['run 1', 'A x', 'B x', 'A error enough', 'B error enough', 'teardown 1']);
  });

  it('ends a flight that has no callers left and goes on', () => {
    const log = new Log();
    const steered = new Steered(log);
    const inFlight = inFlightCalls<string, unknown>();
    inFlight.join('k', steered.start, { resetOnRefCountZero: false }).subscribe(log.observer('A')).unsubscribe();
    expect(inFlight.callers('k')).toBe(0);
    expect(inFlight.has('k')).toBeTrue();
    expect(inFlight.abort('k')).toBeTrue();
    expect(log.take()).toEqual(['run 1', 'teardown 1']);
    expect(inFlight.size).toBe(0);
  });

  it('frees the key only once: inside a teardown that calls again, the new flight stays', () => {
    const inFlight = inFlightCalls<string, never>();
    let runs = 0;
    const start = (): Observable<never> => {
      runs++;
      return new Observable(() => () => {
        if (runs === 1) {
          inFlight.join('k', start).subscribe();
        }
      });
    };
    inFlight.join('k', start).subscribe({ error: () => {} });
    inFlight.abort('k');
    expect(runs).toBe(2);
    expect(inFlight.callers('k')).toBe(1);
  });
});

describe('Law 21: forgetAll and abortAll', () => {
  function threeFlights(): { log: Log; steered: Steered; inFlight: InFlightCalls<string> } {
    const log = new Log();
    const steered = new Steered(log);
    const inFlight = inFlightCalls<string, unknown>();
    for (const key of ['a', 'b', 'c']) {
      inFlight.join(key, steered.start).subscribe(log.observer(key));
    }
    log.take();
    return { log, steered, inFlight };
  }

  it('forget every flight, which goes on for its callers', () => {
    const { log, steered, inFlight } = threeFlights();
    inFlight.forgetAll();
    expect(inFlight.size).toBe(0);
    inFlight.abortAll();
    for (const source of steered.sources) {
      source.next('x');
    }
    expect(log.take()).toEqual(['a x', 'b x', 'c x']);
  });

  it('end every flight', () => {
    const { log, inFlight } = threeFlights();
    inFlight.abortAll('enough');
    expect(log.take()).toEqual([
      ...['a error enough', 'teardown 1'],
      ...['b error enough', 'teardown 2'],
      ...['c error enough', 'teardown 3'],
    ]);
    expect(inFlight.size).toBe(0);
  });

  it('free every key before any flight ends, and do not end calls made meanwhile', () => {
    for (const end of ['forgetAll', 'abortAll'] as const) {
      const { log, steered, inFlight } = threeFlights();
      inFlight.events.subscribe(({ type, key, flight }) => {
        log.add(`${type} ${key}#${flight}, in flight: ${[...inFlight.keys()].join()}`);
        if (type === (end === 'abortAll' ? 'abort' : 'forget') && key === 'a') {
          inFlight.join('c', steered.start).subscribe(log.observer('new c'));
        }
      });
      inFlight[end]('enough');
      expect(log.take().filter((line) => !/error|teardown/.test(line))).toEqual([
        `${end.slice(0, -3)} a#1, in flight: `,
        'start c#4, in flight: c',
        'run 4',
        `${end.slice(0, -3)} b#2, in flight: c`,
        `${end.slice(0, -3)} c#3, in flight: c`,
      ]);
      expect(inFlight.callers('c')).toBe(1);
      steered.latest.next('x');
      expect(log.take()).toEqual(['new c x']);
    }
  });

  it('do not end a call that a caller makes as it is notified of the end', () => {
    const log = new Log();
    const steered = new Steered(log);
    const inFlight = inFlightCalls<string, unknown>();
    const again = (): void => {
      for (const key of ['a', 'b']) {
        inFlight.join(key, steered.start).subscribe(log.observer(`new ${key}`));
      }
    };
    inFlight.join('a', steered.start).subscribe({ error: again });
    inFlight.join('b', steered.start).subscribe({ error: again });
    inFlight.abortAll();
    expect(inFlight.callers('a')).toBe(2);
    expect(inFlight.callers('b')).toBe(2);
    expect(log.take()).toEqual(['run 1', 'run 2', 'run 3', 'run 4', 'teardown 1', 'teardown 2']);
  });

  it('end a flight once if a caller aborts or leaves it meanwhile', () => {
    const log = new Log();
    const steered = new Steered(log);
    const inFlight = inFlightCalls<string, unknown>();
    inFlight.join('a', steered.start).subscribe({
      error: () => {
        log.add(`a aborts b: ${inFlight.abort('b', 'by a')}`);
        c.unsubscribe();
      },
    });
    inFlight.join('b', steered.start).subscribe(log.observer('b'));
    const c = inFlight.join('c', steered.start).subscribe(log.observer('c'));
    log.take();
    inFlight.abortAll('enough');
    expect(log.take()).toEqual(['a aborts b: false', 'teardown 3', 'teardown 1', 'b error enough', 'teardown 2']);
    expect(steered.teardowns).toEqual([1, 1, 1]);
  });

  it('reject promise callers as well', async () => {
    const load = coalescedAsync((id: string) => (id === 'a' ? NEVER : new Promise<never>(() => {})));
    const calls = [load('a'), load('a'), load('b')];
    load.inFlight.abortAll('enough');
    expect(load.inFlight.size).toBe(0);
    const results = await Promise.allSettled(calls);
    expect(results).toEqual(Array(3).fill({ status: 'rejected', reason: 'enough' }));
  });
});

describe('Law 23: two registries never merge', () => {
  function loader(): { load: (id: string) => Observable<never>; loaded: string[] } {
    const loaded: string[] = [];
    const load = (id: string): Observable<never> => {
      loaded.push(id);
      return NEVER;
    };
    return { load, loaded };
  }

  it('whatever the function and the key', () => {
    const { load, loaded } = loader();
    const one = coalesced(load);
    const other = coalesced(load);
    one('k').subscribe();
    other('k').subscribe();
    for (const inFlight of [inFlightCalls<string, never>(), inFlightCalls<string, never>()]) {
      inFlight.join('k', () => load('k')).subscribe();
    }
    expect(loaded).toEqual(['k', 'k', 'k', 'k']);
    expect(one.inFlight).not.toBe(other.inFlight);

    one.inFlight.forgetAll();
    expect(other.inFlight.callers('k')).toBe(1);
  });

  it('but two functions with one registry share it', () => {
    const { load, loaded } = loader();
    const inFlight = inFlightCalls<string, never>();
    const one = coalesced(load, { inFlight });
    const other = coalesced(load, { inFlight });
    one('k').subscribe();
    other('k').subscribe();
    expect(loaded).toEqual(['k']);
    expect(one.inFlight).toBe(inFlight);
    expect(other.inFlight).toBe(inFlight);
  });
});
