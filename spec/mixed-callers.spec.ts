import {
  EmptyError,
  lastValueFrom,
  NEVER,
  Observable,
  of,
  Subject,
  type ObservableInput,
  type Subscription,
} from 'rxjs';
import { coalesced, coalescedAsync, inFlightCalls, type FlightConfig } from '../src/index.js';
import { deferred } from './support/deferred.js';
import { Log } from './support/log.js';

/** A run that a spec steers: one value and the end, or an error. */
interface Run {
  readonly input: ObservableInput<string>;
  resolve(value: string): void;
  reject(error: unknown): void;
}

const kinds: Readonly<Record<string, () => Run>> = {
  'fn returns a promise': () => {
    const { promise, resolve, reject } = deferred();
    return { input: promise, resolve, reject };
  },
  'fn returns an Observable': () => {
    const source = new Subject<string>();
    return {
      input: source,
      resolve: (value) => {
        source.next(value);
        source.complete();
      },
      reject: (error) => {
        source.error(error);
      },
    };
  },
};

/** Promise and Observable callers of one registry, and a log of what happens to them. */
function mixed(start: () => Run, config: FlightConfig & { readonly whileRunning?: () => void } = {}) {
  const log = new Log();
  const runs: Run[] = [];
  const inFlight = inFlightCalls<string, string>();
  inFlight.events.subscribe(({ type, flight, callers }) => log.add(`${type} ${flight} ${callers}`));
  const fn = (): ObservableInput<string> => {
    const run = start();
    runs.push(run);
    config.whileRunning?.();
    return run.input;
  };
  const shared = { ...config, inFlight, keyFn: () => 'k' };
  const observe = coalesced(fn, shared);
  const load = coalescedAsync(fn as (signal?: AbortSignal) => ObservableInput<string>, shared);
  return {
    log,
    runs,
    inFlight,
    observe: (name: string): Subscription => observe().subscribe(log.observer(name)),
    /** A promise call whose result is logged, and how to leave. */
    load: (name: string) => {
      const controller = new AbortController();
      const settled = logPromise(name, load(controller.signal));
      return { settled, unsubscribe: () => controller.abort(`${name} left`) };
    },
    /** The same without a signal. */
    loadUnsignalled: (name: string) => ({ settled: logPromise(name, load()) }),
  };

  function logPromise(name: string, promise: Promise<string>): Promise<void> {
    return promise.then(
      (value) => log.add(`${name} ${value}`),
      (error: unknown) => log.add(`${name} error ${error instanceof Error ? error.message : String(error)}`),
    );
  }
}

/** A caller that may leave; `settled` resolves when a promise caller has been notified. */
interface Leaving {
  unsubscribe(): void;
  readonly settled?: Promise<void>;
}

type Callers = ReturnType<typeof mixed>;

const orders: Readonly<Record<string, (calls: Callers) => Promise<void>>> = {
  'a promise caller leads': (calls) => {
    const { settled } = calls.load('p');
    calls.observe('o');
    return settled;
  },
  'a promise caller without a signal leads': (calls) => {
    const { settled } = calls.loadUnsignalled('p');
    calls.observe('o');
    return settled;
  },
  'an Observable caller leads': (calls) => {
    calls.observe('o');
    return calls.load('p').settled;
  },
  'an Observable caller leads one without a signal': (calls) => {
    calls.observe('o');
    return calls.loadUnsignalled('p').settled;
  },
};

for (const [kind, start] of Object.entries(kinds)) {
  describe(`Law 16: promise and Observable callers share a flight (${kind})`, () => {
    for (const [order, call] of Object.entries(orders)) {
      it(`and its value (${order})`, async () => {
        const calls = mixed(start);
        const settled = call(calls);
        expect(calls.inFlight.callers('k')).toBe(2);
        expect(calls.runs.length).toBe(1);
        calls.runs[0]!.resolve('one');
        await settled;
        expect(calls.log.take()).toEqual(['start 1 1', 'join 1 2', 'o one', 'complete 1 2', 'o complete', 'p one']);
        expect(calls.inFlight.size).toBe(0);
      });

      it(`and its error (${order})`, async () => {
        const calls = mixed(start);
        const settled = call(calls);
        calls.runs[0]!.reject(new Error('e'));
        await settled;
        expect(calls.log.take()).toEqual(['start 1 1', 'join 1 2', 'error 1 2', 'o error e', 'p error e']);
        expect(calls.inFlight.size).toBe(0);
      });

      it(`and its abort (${order})`, async () => {
        const calls = mixed(start);
        const settled = call(calls);
        expect(calls.inFlight.abort('k', 'stop')).toBeTrue();
        expect(calls.inFlight.size).toBe(0);
        calls.runs[0]!.resolve('late');
        await settled;
        expect(calls.log.take()).toEqual(['start 1 1', 'join 1 2', 'abort 1 2', 'o error stop', 'p error stop']);
      });

      it(`and go on with it when it is forgotten (${order})`, async () => {
        const calls = mixed(start);
        const settled = call(calls);
        expect(calls.inFlight.forget('k')).toBeTrue();
        calls.observe('fresh');
        expect(calls.runs.length).toBe(2);
        expect(calls.inFlight.callers('k')).toBe(1);

        calls.runs[0]!.resolve('old');
        await settled;
        expect(calls.inFlight.callers('k')).toBe(1);
        const joined = calls.load('joined').settled;
        calls.runs[1]!.resolve('new');
        await joined;

        expect(calls.log.take()).toEqual([
          'start 1 1',
          'join 1 2',
          'forget 1 2',
          'start 2 1',
          'o old',
          'complete 1 2',
          'o complete',
          'p old',
          'join 2 2',
          'fresh new',
          'complete 2 2',
          'fresh complete',
          'joined new',
        ]);
      });

      it(`from inside fn, too (${order})`, async () => {
        let settled: Promise<void> | undefined;
        const calls: Callers = mixed(start, {
          whileRunning: () => {
            settled ??= call(calls);
          },
        });
        calls.observe('leader');
        expect(calls.runs.length).toBe(1);
        expect(calls.inFlight.callers('k')).toBe(3);
        calls.runs[0]!.resolve('one');
        await settled;
        const lines = calls.log.take();
        expect(lines.slice(0, 3)).toEqual(['start 1 1', 'join 1 2', 'join 1 3']);
        expect(lines.slice(3, 5).sort()).toEqual(['leader one', 'o one']);
        expect(lines.slice(5)).toContain('p one');
        expect(lines.filter((line) => !/one$/.test(line)).slice(3)).toEqual([
          'complete 1 3',
          ...['leader complete', 'o complete'].sort((a, b) => lines.indexOf(a) - lines.indexOf(b)),
        ]);
      });

      it(`from inside the fn of a promise caller (${order})`, async () => {
        let settled: Promise<void> | undefined;
        const calls: Callers = mixed(start, {
          whileRunning: () => {
            settled ??= call(calls);
          },
        });
        const leader = calls.load('leader').settled;
        expect(calls.runs.length).toBe(1);
        expect(calls.inFlight.callers('k')).toBe(3);
        calls.runs[0]!.resolve('one');
        await leader;
        await settled;
        const lines = calls.log.take();
        expect(lines.slice(0, -2)).toEqual([
          'start 1 1',
          'join 1 2',
          'join 1 3',
          'o one',
          'complete 1 3',
          'o complete',
        ]);
        expect(lines.slice(-2).sort()).toEqual(['leader one', 'p one']);
      });
    }
  });

  describe(`Law 7: promise and Observable callers leave in any order (${kind})`, () => {
    for (const [joining, leaving] of permutations(['p', 'o', 'q']).flatMap((joining) =>
      permutations(joining).map((leaving) => [joining, leaving] as const),
    )) {
      it(`${joining.join('')} join, ${leaving.join('')} leave`, async () => {
        let teardowns = 0;
        const calls = mixed(() => {
          const run = start();
          return run.input instanceof Observable ? { ...run, input: torndown(run.input, () => teardowns++) } : run;
        });
        const waiting = new Map<string, Leaving>(
          joining.map((name) => [name, name === 'o' ? calls.observe(name) : calls.load(name)]),
        );
        expect(calls.log.take()).toEqual(['start 1 1', 'join 1 2', 'join 1 3']);
        expect(calls.runs.length).toBe(1);

        for (const name of leaving) {
          expect(calls.inFlight.has('k')).toBeTrue();
          expect(teardowns).toBe(0);
          waiting.get(name)!.unsubscribe();
        }

        expect(calls.log.take()).toEqual(['leave 1 2', 'leave 1 1', 'leave 1 0', 'cancel 1 0']);
        expect(calls.inFlight.size).toBe(0);
        expect(teardowns).toBe(start().input instanceof Observable ? 1 : 0);
        calls.runs[0]!.resolve('late');
        await allSettled(waiting.values());
        expect(calls.log.take().sort()).toEqual(['p error p left', 'q error q left']);
      });

      it(`${joining.join('')} join, ${leaving.slice(0, 2).join('')} leave, and ${leaving[2]!} is notified`, async () => {
        const calls = mixed(start);
        const waiting = new Map<string, Leaving>(
          joining.map((name) => [name, name === 'o' ? calls.observe(name) : calls.load(name)]),
        );
        waiting.get(leaving[0]!)!.unsubscribe();
        waiting.get(leaving[1]!)!.unsubscribe();
        expect(calls.inFlight.callers('k')).toBe(1);
        calls.log.take();

        calls.runs[0]!.resolve('one');
        await allSettled(waiting.values());
        const lines = calls.log.take();
        expect(lines).toContain('complete 1 1');
        expect(lines.filter((line) => line.startsWith(`${leaving[2]!} `))).toEqual(
          leaving[2] === 'o' ? ['o one', 'o complete'] : [`${leaving[2]!} one`],
        );
        expect(calls.runs.length).toBe(1);
      });
    }

    it('a promise caller without a signal stays, whoever leaves', async () => {
      const calls = mixed(start);
      const observer = calls.observe('o');
      const { settled } = calls.loadUnsignalled('p');
      observer.unsubscribe();
      expect(calls.inFlight.callers('k')).toBe(1);
      calls.runs[0]!.resolve('one');
      await settled;
      expect(calls.log.take()).toEqual(['start 1 1', 'join 1 2', 'leave 1 1', 'complete 1 1', 'p one']);
    });

    it('a call made after the last has left runs afresh', async () => {
      const calls = mixed(start);
      const leader = calls.load('p');
      calls.observe('o').unsubscribe();
      leader.unsubscribe();
      calls.observe('fresh');
      expect(calls.runs.length).toBe(2);
      calls.runs[0]!.resolve('old');
      await leader.settled;
      expect(calls.inFlight.callers('k')).toBe(1);
    });
  });

  describe(`Law 6: the key is free for both kinds of caller (${kind})`, () => {
    for (const [order, call] of Object.entries(orders)) {
      it(`a promise call made when an Observable caller is notified of the end is a fresh run (${order})`, async () => {
        const calls = mixed(start);
        const settled = call(calls);
        const observer = coalesced((): ObservableInput<string> => [], { inFlight: calls.inFlight, keyFn: () => 'k' });
        observer().subscribe({
          complete: () => {
            expect(calls.inFlight.has('k')).toBeFalse();
            void calls.loadUnsignalled('fresh');
            void calls.loadUnsignalled('joins');
          },
        });
        calls.runs[0]!.resolve('one');
        await settled;
        expect(calls.runs.length).toBe(2);
        expect(calls.inFlight.callers('k')).toBe(2);
      });

      it(`an Observable call made when a promise caller goes on is a fresh run (${order})`, async () => {
        const calls = mixed(start);
        const settled = call(calls).then(() => {
          expect(calls.inFlight.has('k')).toBeFalse();
          calls.observe('fresh');
          void calls.loadUnsignalled('joins');
        });
        calls.runs[0]!.resolve('one');
        await settled;
        expect(calls.runs.length).toBe(2);
        expect(calls.inFlight.callers('k')).toBe(2);
      });
    }
  });

  describe(`Law 7: a flight of mixed callers lingers as it is configured (${kind})`, () => {
    for (const first of ['p', 'o']) {
      const second = first === 'p' ? 'o' : 'p';
      const caller = (calls: Callers, name: string): { unsubscribe(): void } =>
        name === 'o' ? calls.observe(name) : calls.load(name);

      it(`and a newcomer of the other kind joins it (${first}, then ${second})`, async () => {
        const notifier = new Subject<void>();
        const calls = mixed(start, { resetOnRefCountZero: () => notifier });
        caller(calls, first).unsubscribe();
        expect(calls.inFlight.has('k')).toBeTrue();
        expect(calls.inFlight.callers('k')).toBe(0);
        expect(notifier.observed).toBeTrue();

        caller(calls, second);
        expect(calls.runs.length).toBe(1);
        expect(notifier.observed).toBeFalse();
        calls.runs[0]!.resolve('one');
        await Promise.resolve();
        await Promise.resolve();

        const lines = calls.log.take().filter((line) => !line.includes('left'));
        expect(lines).toEqual([
          'start 1 1',
          'leave 1 0',
          'join 1 1',
          ...(second === 'o' ? ['o one', 'complete 1 1', 'o complete'] : ['complete 1 1', 'p one']),
        ]);
        expect(calls.inFlight.size).toBe(0);
      });

      it(`until its notifier cancels it (${first} and ${second})`, async () => {
        const notifier = new Subject<void>();
        let notifiers = 0;
        const calls = mixed(start, {
          resetOnRefCountZero: () => {
            notifiers++;
            return notifier;
          },
        });
        const waiting = [caller(calls, first), caller(calls, second)];
        waiting[0]!.unsubscribe();
        expect(notifiers).toBe(0);
        waiting[1]!.unsubscribe();
        expect(notifiers).toBe(1);
        calls.log.take();

        notifier.next();
        expect(calls.inFlight.size).toBe(0);
        expect(calls.log.take()).toEqual(['cancel 1 0']);
        expect(notifier.observed).toBeFalse();
        caller(calls, first);
        expect(calls.runs.length).toBe(2);
      });

      it(`forever with false (${first}, then ${second})`, async () => {
        const calls = mixed(start, { resetOnRefCountZero: false });
        caller(calls, first).unsubscribe();
        caller(calls, second);
        expect(calls.runs.length).toBe(1);
        calls.runs[0]!.resolve('one');
        await Promise.resolve();
        await Promise.resolve();
        expect(calls.inFlight.size).toBe(0);
        expect(calls.log.take()).toContain(second === 'o' ? 'o one' : 'p one');
      });

      it(`and is aborted while it lingers (${first})`, async () => {
        const notifier = new Subject<void>();
        const calls = mixed(start, { resetOnRefCountZero: () => notifier });
        caller(calls, first).unsubscribe();
        calls.log.take();
        expect(calls.inFlight.abort('k', 'stop')).toBeTrue();
        expect(notifier.observed).toBeFalse();
        expect(calls.inFlight.size).toBe(0);
        expect(calls.log.take()).toEqual(['abort 1 0']);
      });
    }
  });

  it(`Law 3: with bufferSize 0, everyone is notified of later values (${kind})`, async () => {
    for (const call of Object.values(orders)) {
      const calls = mixed(start, { bufferSize: 0 });
      const settled = call(calls);
      calls.runs[0]!.resolve('one');
      await settled;
      expect(calls.log.take().slice(2)).toEqual(['o one', 'complete 1 2', 'o complete', 'p one']);
    }
  });
}

describe('Law 3: an Observable caller of a flight that promise callers lead', () => {
  const emitting = (log: Log) => {
    let source: { next(value: string): void; complete(): void } | undefined;
    return {
      next: (value: string) => source!.next(value),
      complete: () => source!.complete(),
      input: new Observable<string>((subscriber) => {
        log.add('subscribed');
        source = subscriber;
        subscriber.next('a');
        subscriber.next('b');
        return () => log.add('teardown');
      }),
    };
  };

  for (const [bufferSize, late] of [
    [Infinity, ['o a', 'o b']],
    [1, ['o b']],
    [0, []],
  ] as const) {
    it(`is notified of what has been emitted before (bufferSize ${bufferSize})`, async () => {
      const log = new Log();
      const run = emitting(log);
      const config = { inFlight: inFlightCalls<string, string>(), keyFn: () => 'k', bufferSize };
      const load = coalescedAsync(() => run.input, config);
      const observe = coalesced(() => run.input, config);

      const calls = [load()];
      observe().subscribe(log.observer('o'));
      calls.push(load());
      expect(log.take()).toEqual(['subscribed', ...late]);
      run.next('c');
      calls.push(load());
      run.complete();
      expect(log.take()).toEqual(['o c', 'o complete', 'teardown']);
      expect(await Promise.all(calls)).toEqual(['c', 'c', 'c']);
    });
  }

  for (const [kind, input] of Object.entries({
    'a promise': () => Promise.resolve('one'),
    'an Observable': () => of('one'),
  })) {
    it(`is notified of everything although it joined from inside fn, which returns ${kind}`, async () => {
      const log = new Log();
      const inFlight = inFlightCalls<string, string>();
      const fn = (): ObservableInput<string> => {
        inFlight.join('k', () => NEVER).subscribe(log.observer('o'));
        return input();
      };
      const load = coalescedAsync(fn, { inFlight, keyFn: () => 'k' });
      expect(await load()).toBe('one');
      expect(log.take()).toEqual(['o one', 'o complete']);
      expect(inFlight.size).toBe(0);
    });
  }

  it('completes empty if the promise caller is rejected with EmptyError', async () => {
    const source = new Subject<string>();
    const config = { inFlight: inFlightCalls<string, string>(), keyFn: () => 'k' };
    const log = new Log();
    const call = coalescedAsync(() => source, config)();
    coalesced(() => source, config)().subscribe(log.observer('o'));
    source.complete();
    expect(log.take()).toEqual(['o complete']);
    await expectAsync(call).toBeRejectedWithError(EmptyError);
  });
});

describe('Law 16: one run for callers of both kinds', () => {
  const joining: Readonly<Record<string, readonly ('observable' | 'promise' | 'with signal')[]>> = {
    'promise callers': ['promise', 'promise'],
    'a promise caller, then an Observable caller': ['promise', 'observable'],
    'a promise caller, then one with a signal': ['promise', 'with signal'],
    'an Observable caller, then a promise caller': ['observable', 'promise'],
    'a promise caller with a signal, then an Observable caller': ['with signal', 'observable', 'promise'],
  };

  for (const [name, callers] of Object.entries(joining)) {
    it(`calls \`then\` of a lazy thenable once, which would run each time (${name})`, async () => {
      let thens = 0;
      const run = deferred();
      const lazy: PromiseLike<string> = {
        then: (...handlers) => {
          thens++;
          return run.promise.then(...handlers);
        },
      };
      const config = { inFlight: inFlightCalls<string, string>(), keyFn: () => 'k' };
      const load = coalescedAsync<(signal?: AbortSignal) => PromiseLike<string>, string>(() => lazy, config);
      const observe = coalesced(() => lazy, config);
      const settled = callers.map((kind) =>
        kind === 'observable'
          ? lastValueFrom(observe())
          : load(kind === 'with signal' ? new AbortController().signal : undefined),
      );
      run.resolve('one');
      expect(await Promise.all(settled)).toEqual(callers.map(() => 'one'));
      expect(thens).toBe(1);
    });
  }
});

describe('Law 7: a newcomer never joins a dying flight of mixed callers', () => {
  it('not even from inside its teardown', async () => {
    const log = new Log();
    const config = { inFlight: inFlightCalls<string, string>(), keyFn: () => 'k' };
    let runs = 0;
    let newcomer: Promise<string> | undefined;
    const fn = (): Observable<string> => {
      const run = ++runs;
      return new Observable((subscriber) => {
        if (run === 2) {
          subscriber.next('fresh');
          return;
        }
        return () => {
          newcomer = load();
          observe().subscribe(log.observer('o'));
        };
      });
    };
    const load = coalescedAsync<(signal?: AbortSignal) => Observable<string>, string>(fn, config);
    const observe = coalesced(fn, config);

    const controller = new AbortController();
    const leaving = load(controller.signal);
    controller.abort('left');
    await expectAsync(leaving).toBeRejectedWith('left');

    expect(runs).toBe(2);
    expect(config.inFlight.callers('k')).toBe(2);
    expect(log.take()).toEqual(['o fresh']);
    config.inFlight.abort('k', 'stop');
    await expectAsync(newcomer!).toBeRejectedWith('stop');
  });

  it('nor one whose source has closed its own subscriber', async () => {
    let runs = 0;
    const load = coalescedAsync(
      () =>
        new Observable<string>((subscriber) => {
          if (++runs === 1) {
            subscriber.unsubscribe();
          }
          subscriber.next('fresh');
          subscriber.complete();
        }),
    );
    void load();
    expect(await load()).toBe('fresh');
    expect(runs).toBe(2);
    expect(load.inFlight.size).toBe(0);
  });
});

async function allSettled(callers: Iterable<Leaving>): Promise<void> {
  for (const { settled } of callers) {
    await settled;
  }
}

function permutations(names: readonly string[]): string[][] {
  return names.length < 2
    ? [[...names]]
    : names.flatMap((name) => permutations(names.filter((other) => other !== name)).map((rest) => [name, ...rest]));
}

function torndown(source: Observable<string>, teardown: () => void): Observable<string> {
  return new Observable((subscriber) => {
    subscriber.add(teardown);
    return source.subscribe(subscriber);
  });
}
