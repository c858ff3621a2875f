import { EMPTY, EmptyError, NEVER, Observable, of, throwError, type ObservableInput } from 'rxjs';
import { coalesced, coalescedAsync, inFlightCalls } from '../../src/index.js';
import { deferred, type Deferred } from '../support/deferred.js';
import { globalErrors } from '../support/global-errors.js';
import { Log } from '../support/log.js';

const throwables: readonly unknown[] = [new Error('e'), 'text', '', 0, false, null, undefined, Symbol('s')];

/** Runs that a spec settles, one for each run of the function. */
function steeredPromises<T = string>() {
  const runs: Deferred<T>[] = [];
  return {
    runs,
    start: (): Promise<T> => {
      const run = deferred<T>();
      runs.push(run);
      return run.promise;
    },
  };
}

/** A function of an id that does not look at it. */
const byId =
  <R>(fn: () => R): ((id: number) => R) =>
  () =>
    fn();

const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => fail(`resolved with ${String(value)}`),
    (reason: unknown) => reason,
  );

describe('Law 16: coalescedAsync starts at the call', () => {
  it('runs the function before it returns the promise', async () => {
    const log = new Log();
    const load = coalescedAsync((id: number) => {
      log.add(`run ${id}`);
      return of(id);
    });
    load.inFlight.events.subscribe(({ type, callers }) => log.add(`${type} ${callers}`));

    const call = load(1);
    log.add('returned');

    expect(log.take()).toEqual(['start 1', 'run 1', 'complete 1', 'returned']);
    expect(await call).toBe(1);
  });

  it('has the key in flight from the call until the run has settled', async () => {
    const { runs, start } = steeredPromises();
    const load = coalescedAsync(byId(start));

    const call = load(1);
    expect([...load.inFlight.keys()]).toEqual([1]);
    runs[0]!.resolve('one');
    await call;

    expect(load.inFlight.size).toBe(0);
  });

  it('runs once for calls that overlap, and again for one that does not', async () => {
    const { runs, start } = steeredPromises<object>();
    const load = coalescedAsync(byId(start));
    const user = {};

    const calls = [load(1), load(1), load(1)];
    expect(runs.length).toBe(1);
    runs[0]!.resolve(user);
    for (const call of calls) {
      expect(await call).toBe(user);
    }

    void load(1);
    expect(runs.length).toBe(2);
  });

  it('runs once for each of two keys', () => {
    const { runs, start } = steeredPromises();
    const load = coalescedAsync(byId(start));
    void load(1);
    void load(2);
    expect(runs.length).toBe(2);
  });

  it('counts each call as a caller, and emits the count', () => {
    const log = new Log();
    const load = coalescedAsync(byId(steeredPromises().start));
    load.inFlight.events.subscribe(({ type, flight, callers }) => log.add(`${type} ${flight} ${callers}`));

    void load(1);
    void load(1);
    void load(1);

    expect(load.inFlight.callers(1)).toBe(3);
    expect(log.take()).toEqual(['start 1 1', 'join 1 2', 'join 1 3']);
  });

  it('emits how many waited when the run settled', async () => {
    const log = new Log();
    const { runs, start } = steeredPromises();
    const load = coalescedAsync(byId(start));
    load.inFlight.events.subscribe(({ type, flight, callers }) => log.add(`${type} ${flight} ${callers}`));

    const calls = [load(1), load(1)];
    runs[0]!.resolve('one');
    await Promise.all(calls);

    expect(log.take()).toEqual(['start 1 1', 'join 1 2', 'complete 1 2']);
  });

  it('passes `this` and the arguments of the leader', async () => {
    const received: unknown[] = [];
    const load = coalescedAsync(
      function (this: unknown, ...args: unknown[]) {
        received.push(this, ...args);
        return NEVER;
      },
      { keyFn: () => 'k' },
    );
    const leader = {};
    const options = { limit: 1 };

    void load.call(leader, 1, options, undefined);
    void load.call({}, 2);

    expect(received).toEqual([leader, 1, options, undefined]);
    expect(received[0]).toBe(leader);
    expect(received[2]).toBe(options);
  });

  it('calls keyFn once for each call, with its `this` and its arguments', () => {
    const asked: unknown[] = [];
    const load = coalescedAsync(() => NEVER, {
      keyFn(this: unknown, ...args: unknown[]) {
        asked.push([this, args]);
        return 'k';
      },
    });
    const callers = [{}, {}];

    void load.apply(callers[0], [1, 2] as unknown as []);
    void load.apply(callers[1], [3] as unknown as []);

    expect(asked).toEqual([
      [callers[0], [1, 2]],
      [callers[1], [3]],
    ]);
    expect((asked[1] as unknown[])[0]).toBe(callers[1]);
  });

  it('exposes its registry and its keyFn', () => {
    const inFlight = inFlightCalls<string, number>();
    const keyFn = (id: number) => `user ${id}`;
    const load = coalescedAsync((id: number) => of(id), { inFlight, keyFn });
    expect(load.inFlight).toBe(inFlight);
    expect(load.keyFn).toBe(keyFn);
  });

  it('throws at once if it is passed no function', () => {
    expect(() => coalescedAsync(5 as never)).toThrowError(TypeError, /fn.*5/);
    expect(() => coalescedAsync(() => EMPTY, { keyFn: 'id' as never })).toThrowError(TypeError, /keyFn.*"id"/);
    expect(() => coalescedAsync(() => EMPTY, { inFlight: new Map() as never })).toThrowError(TypeError, /inFlight/);
  });
});

describe('Law 16: coalescedAsync resolves with the last value', () => {
  const inputs: Readonly<Record<string, () => ObservableInput<number>>> = {
    'an Observable that emits at once': () => of(1, 2, 3),
    'an Observable that emits later': () =>
      new Observable((subscriber) => {
        queueMicrotask(() => {
          of(1, 2, 3).subscribe(subscriber);
        });
      }),
    'an array': () => [1, 2, 3],
    'a Set': () => new Set([1, 2, 3]),
    'a generator': function* () {
      yield* [1, 2, 3];
    },
    'an async generator': async function* () {
      yield 1;
      yield* [2, 3];
    },
    'a promise': () => Promise.resolve(3),
    'an async function': async () => 3,
  };

  for (const [name, fn] of Object.entries(inputs)) {
    it(`of ${name}`, async () => {
      const load = coalescedAsync(fn);
      expect(await Promise.all([load(), load()])).toEqual([3, 3]);
      expect(load.inFlight.size).toBe(0);
    });
  }

  it('also if that is undefined', async () => {
    expect(await coalescedAsync(() => of(1, undefined))()).toBeUndefined();
    expect(await coalescedAsync(() => Promise.resolve<unknown>(undefined))()).toBeUndefined();
  });

  it('for a caller that joins between the last value and the end, with any bufferSize', async () => {
    for (const bufferSize of [0, 1, Infinity]) {
      let end!: () => void;
      const load = coalescedAsync(
        () =>
          new Observable<number>((subscriber) => {
            subscriber.next(1);
            end = () => {
              subscriber.complete();
            };
          }),
        { bufferSize },
      );
      const calls = [load(), load()];
      end();
      expect(await Promise.all(calls)).toEqual([1, 1]);
    }
  });

  it('rejects with EmptyError if there is none', async () => {
    const load = coalescedAsync(() => EMPTY);
    expect(await reasonOf(load())).toBeInstanceOf(EmptyError);
    expect(load.inFlight.size).toBe(0);
  });

  it('rejects with an error that comes after a value', async () => {
    const load = coalescedAsync(
      () =>
        new Observable((subscriber) => {
          subscriber.next(1);
          subscriber.error('e');
        }),
    );
    expect(await reasonOf(load())).toBe('e');
  });
});

describe('Law 16: coalescedAsync takes any thenable', () => {
  it('calls `then` once, however many call', async () => {
    let thens = 0;
    const load = coalescedAsync((): PromiseLike<number> => ({
      then: (...handlers) => {
        thens++;
        return Promise.resolve(1).then(...handlers);
      },
    }));
    expect(await Promise.all([load(), load()])).toEqual([1, 1]);
    expect(thens).toBe(1);
  });

  it('also one that settles inside `then`', async () => {
    const resolving = coalescedAsync(() => settlesAtOnce((resolve) => resolve(1)));
    const rejecting = coalescedAsync(() => settlesAtOnce((resolve, reject) => reject('e')));

    expect(await resolving()).toBe(1);
    expect(await reasonOf(rejecting())).toBe('e');
    expect(resolving.inFlight.size + rejecting.inFlight.size).toBe(0);
  });

  it('and takes only its first outcome', async () => {
    const load = coalescedAsync(() =>
      settlesAtOnce((resolve, reject) => {
        resolve(1);
        resolve(2);
        reject('e');
      }),
    );
    const log = new Log();
    load.inFlight.events.subscribe(({ type }) => log.add(type));
    expect(await load()).toBe(1);
    expect(log.take()).toEqual(['start', 'complete']);
  });

  it('rejects with what `then` throws', async () => {
    const load = coalescedAsync(() =>
      settlesAtOnce(() => {
        throw 'then';
      }),
    );
    expect(await reasonOf(load())).toBe('then');
    expect(load.inFlight.size).toBe(0);
  });

  function settlesAtOnce(
    settle: (resolve: (value: number) => void, reject: (reason: unknown) => void) => void,
  ): PromiseLike<number> {
    return {
      then: (onFulfilled, onRejected) => {
        settle(
          (value) => void onFulfilled?.(value),
          (reason) => void onRejected?.(reason),
        );
        return NEVER_SETTLES;
      },
    };
  }
});

const NEVER_SETTLES = new Promise<never>(() => {});

describe('Law 10: coalescedAsync never throws', () => {
  for (const thrown of throwables) {
    it(`but rejects with what fn throws (${String(thrown)})`, async () => {
      const load = coalescedAsync((): Promise<number> => {
        throw thrown;
      });
      expect(await reasonOf(load())).toBe(thrown);
      expect(load.inFlight.size).toBe(0);
    });

    it(`but rejects with what keyFn throws, and runs nothing (${String(thrown)})`, async () => {
      const log = new Log();
      const load = coalescedAsync(
        () => {
          log.add('run');
          return NEVER;
        },
        {
          keyFn: () => {
            throw thrown;
          },
        },
      );
      load.inFlight.events.subscribe(({ type }) => log.add(type));
      expect(await reasonOf(load())).toBe(thrown);
      expect(log.take()).toEqual([]);
      expect(load.inFlight.size).toBe(0);
    });
  }

  for (const result of [undefined, null, 5, true, {}, () => {}]) {
    it(`but rejects if fn returns no ObservableInput (${typeof result} ${JSON.stringify(result)})`, async () => {
      const load = coalescedAsync(() => result as ObservableInput<number>);
      expect(await reasonOf(load())).toBeInstanceOf(TypeError);
      expect(load.inFlight.size).toBe(0);
    });
  }

  it('and what keyFn throws to one caller does not reach the others', async () => {
    const { runs, start } = steeredPromises();
    const load = coalescedAsync(byId(start), {
      keyFn: (id) => {
        if (id < 0) {
          throw new RangeError('negative');
        }
        return 'k';
      },
    });

    const call = load(1);
    expect(await reasonOf(load(-1))).toBeInstanceOf(RangeError);
    expect(load.inFlight.callers('k')).toBe(1);
    runs[0]!.resolve('one');

    expect(await call).toBe('one');
  });

  it('emits one error event for a throw of fn', async () => {
    const log = new Log();
    const load = coalescedAsync((): Promise<number> => {
      throw 'e';
    });
    load.inFlight.events.subscribe((event) => {
      log.add(`${event.type} ${event.callers}${event.type === 'error' ? ` ${String(event.error)}` : ''}`);
    });
    await reasonOf(load());
    expect(log.take()).toEqual(['start 1', 'error 1 e']);
  });
});

describe('Law 9: errors are shared with promise callers and never kept', () => {
  for (const reason of throwables) {
    it(`each caller gets the reason itself (${String(reason)})`, async () => {
      const promising = coalescedAsync(() => Promise.reject(reason));
      const observing = coalescedAsync(() => throwError(() => reason));
      const calls = [promising(), promising(), observing(), observing()];
      for (const call of calls) {
        expect(await reasonOf(call)).toBe(reason);
      }
    });
  }

  it('runs again for the next call', async () => {
    let runs = 0;
    const load = coalescedAsync(() => (++runs === 1 ? Promise.reject(new Error('first')) : Promise.resolve(runs)));
    await expectAsync(load()).toBeRejectedWithError('first');
    expect(await load()).toBe(2);
  });

  it('callers that each retry share one second run', async () => {
    let runs = 0;
    const load = coalescedAsync(async () => {
      if (++runs === 1) {
        throw new Error('first');
      }
      return runs;
    });
    const calls = Array.from({ length: 10 }, () => load().catch(() => load()));
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 10 }, () => 2));
    expect(runs).toBe(2);
  });
});

describe('Law 6: the key is free before a promise caller goes on', () => {
  const endings: Readonly<Record<string, (run: Deferred<string>) => void>> = {
    resolved: (run) => run.resolve('one'),
    rejected: (run) => run.reject('e'),
  };

  for (const [name, end] of Object.entries(endings)) {
    it(`a call made in its continuation runs afresh, and a third joins that (${name})`, async () => {
      const { runs, start } = steeredPromises();
      const load = coalescedAsync(byId(start));
      const log = new Log();
      const again = (): void => {
        log.add(`in flight: ${load.inFlight.size}`);
        void load(1);
        log.add(`runs: ${runs.length}`);
      };

      const first = load(1).then(again, again);
      end(runs[0]!);
      await first;
      void load(1);

      expect(log.take()).toEqual(['in flight: 0', 'runs: 2']);
      expect(runs.length).toBe(2);
      expect(load.inFlight.callers(1)).toBe(2);
    });
  }

  it('in a loop of awaits, each call is a run', async () => {
    let runs = 0;
    const load = coalescedAsync(async () => ++runs);
    for (let i = 1; i <= 5; i++) {
      expect(await load()).toBe(i);
    }
  });
});

describe('Law 11: a re-entrant promise call', () => {
  it('from inside fn joins its own flight: one run', async () => {
    let runs = 0;
    let inner: Promise<number> | undefined;
    const load = coalescedAsync((id: number): Promise<number> => {
      runs++;
      inner = load(id);
      expect(load.inFlight.callers(id)).toBe(2);
      return Promise.resolve(7);
    });

    expect(await load(1)).toBe(7);
    expect(await inner).toBe(7);
    expect(runs).toBe(1);
    expect(load.inFlight.size).toBe(0);
  });

  it('from inside an fn that then throws gets what it throws', async () => {
    let inner: Promise<number> | undefined;
    const load = coalescedAsync((id: number): Promise<number> => {
      inner ??= load(id);
      throw 'e';
    });
    expect(await reasonOf(load(1))).toBe('e');
    expect(await reasonOf(inner!)).toBe('e');
  });

  it('from inside fn with another key is another flight', async () => {
    const load = coalescedAsync(async (id: number): Promise<number> => (id === 0 ? 0 : id + (await load(id - 1))));
    expect(await load(4)).toBe(10);
    expect(load.inFlight.size).toBe(0);
  });

  it('from inside keyFn leads before the call whose key is being computed', async () => {
    let runs = 0;
    let asked = 0;
    let inner: Promise<number> | undefined;
    const load = coalescedAsync(async (): Promise<number> => ++runs, {
      keyFn: () => {
        if (++asked === 1) {
          inner = load();
        }
        return 'k';
      },
    });
    const outer = load();
    expect(await Promise.all([inner, outer])).toEqual([1, 1]);
  });
});

describe('Law 8: an old flight of promise callers does not evict its successor', () => {
  it('when it settles late', async () => {
    const { runs, start } = steeredPromises();
    const load = coalescedAsync(byId(start));
    const old = load(1);
    expect(load.inFlight.forget(1)).toBeTrue();
    const fresh = load(1);

    runs[0]!.resolve('old');
    expect(await old).toBe('old');
    expect(load.inFlight.callers(1)).toBe(1);
    void load(1);
    expect(runs.length).toBe(2);

    runs[1]!.resolve('fresh');
    expect(await fresh).toBe('fresh');
    expect(load.inFlight.size).toBe(0);
  });
});

describe('Law 21: abort ends a flight of promise callers', () => {
  it('every caller is rejected with the reason, and what the run emits later is dropped', async () => {
    const { runs, start } = steeredPromises();
    const load = coalescedAsync(byId(start));
    for (const reason of throwables.filter((throwable) => throwable !== undefined)) {
      const calls = [load(1), load(1)];
      expect(load.inFlight.abort(1, reason)).toBeTrue();
      expect(load.inFlight.size).toBe(0);
      runs.at(-1)!.resolve('late');
      for (const call of calls) {
        expect(await reasonOf(call)).toBe(reason);
      }
    }
  });

  it('by default with an AbortError', async () => {
    const load = coalescedAsync(() => NEVER);
    const call = load();
    load.inFlight.abort(load.keyFn());
    const reason = await reasonOf(call);
    expect(reason).toBeInstanceOf(DOMException);
    expect((reason as DOMException).name).toBe('AbortError');
  });

  it('tears an Observable run down', () => {
    let teardowns = 0;
    const load = coalescedAsync((id: number) => new Observable<number>(() => () => (teardowns += id)));
    const call = load(1);
    load.inFlight.abort(1, 'r');
    expect(teardowns).toBe(1);
    return expectAsync(call).toBeRejectedWith('r');
  });

  it('also from inside fn, whose result is then not used', async () => {
    let subscribed = 0;
    const load = coalescedAsync((id: number) => {
      load.inFlight.abort(id, 'r');
      return new Observable<number>(() => {
        subscribed++;
      });
    });
    const untyped = load as unknown as (id: number) => Promise<number>;
    expect(await reasonOf(untyped(1))).toBe('r');
    expect(subscribed).toBe(0);
    expect(load.inFlight.size).toBe(0);
  });

  it('also from inside fn, whose promise is then not waited for, nor reported if it rejects', async () => {
    const inFlight = inFlightCalls<string, string>();
    const fn = (): Promise<string> => {
      inFlight.abort('k', 'r');
      return Promise.reject(new Error('late'));
    };
    const load = coalescedAsync(fn, { inFlight, keyFn: () => 'k' });
    const errors = await globalErrors(async () => {
      expect(await reasonOf(load())).toBe('r');
    });
    expect(errors).toEqual([]);
  });

  it('also as it starts: fn does not run', async () => {
    let runs = 0;
    const load = coalescedAsync(byId(async () => ++runs));
    load.inFlight.events.subscribe(({ type, key }) => {
      if (type === 'start') {
        load.inFlight.abort(key, 'not now');
      }
    });
    expect(await reasonOf(load(1))).toBe('not now');
    expect(runs).toBe(0);
    expect(load.inFlight.size).toBe(0);
  });
});

describe('Law 16: coalescedAsync costs at most one microtask more than a bare promise', () => {
  /** How many microtasks pass before the promise calls its handlers. */
  async function hops(promise: Promise<unknown>): Promise<number> {
    let settled = false as boolean;
    const settle = (): void => {
      settled = true;
    };
    promise.then(settle, settle);
    let count = 0;
    for (; !settled; count++) {
      await Promise.resolve();
    }
    return count;
  }

  const functions: Readonly<Record<string, () => Promise<unknown>>> = {
    'a resolved promise': () => Promise.resolve(1),
    'a rejected promise': () => Promise.reject('e'),
    'an async function': async () => {
      await Promise.resolve();
      return 1;
    },
    'an async function that returns a promise': async () => Promise.resolve(1),
    'an async function that throws': async () => {
      throw 'e';
    },
  };

  for (const [name, fn] of Object.entries(functions)) {
    it(`for the leader (${name})`, async () => {
      const bare = await hops(fn());
      expect(await hops(coalescedAsync(fn)())).toBeLessThanOrEqual(bare + 1);
    });

    it(`for one that joins (${name})`, async () => {
      const bare = await hops(fn());
      const load = coalescedAsync(fn);
      load().catch(() => {});
      expect(await hops(load())).toBeLessThanOrEqual(bare + 1);
    });

    it(`for one with a signal (${name})`, async () => {
      const bare = await hops(fn());
      const load = coalescedAsync(fn as (signal: AbortSignal) => Promise<unknown>, { keyFn: () => 'k' });
      expect(await hops(load(new AbortController().signal))).toBeLessThanOrEqual(bare + 1);
    });

    it(`beside an Observable caller (${name})`, async () => {
      const bare = await hops(fn());
      const inFlight = inFlightCalls<string, unknown>();
      const config = { inFlight, keyFn: () => 'k' };
      const load = coalescedAsync(fn, config);
      coalesced(fn, config)().subscribe({ error: () => {} });
      expect(await hops(load())).toBeLessThanOrEqual(bare + 1);
    });
  }

  it('no microtask for a run that has settled when the call returns', async () => {
    expect(await hops(coalescedAsync(() => of(1))())).toBe(await hops(Promise.resolve(1)));
  });
});

describe('Law 24: nothing is left of promise calls', () => {
  const outcomes: Readonly<Record<string, () => ObservableInput<number>>> = {
    'a value': () => of(1),
    'no value': () => EMPTY,
    'an error': () => throwError(() => 'e'),
    'a promise': () => Promise.resolve(1),
    'a rejected promise': () => Promise.reject('e'),
    'a throw': () => {
      throw 'e';
    },
  };

  for (const [name, fn] of Object.entries(outcomes)) {
    it(`no key, after ${name}`, async () => {
      const load = coalescedAsync(fn);
      const log = new Log();
      load.inFlight.events.subscribe(({ type }) => log.add(type));
      await Promise.allSettled([load(), load()]);
      expect(load.inFlight.size).toBe(0);
      expect([...load.inFlight.keys()]).toEqual([]);
      const types = log.take();
      expect(types.filter((type) => type === 'start').length).toBe(
        types.filter((type) => ['complete', 'error'].includes(type)).length,
      );
    });
  }
});
