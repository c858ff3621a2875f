import { NEVER, Observable, of, Subject, type ObservableInput } from 'rxjs';
import { coalesced, coalescedAsync, inFlightCalls, promiseFrom } from '../../src/index.js';
import { CountedController } from '../support/counted-listeners.js';
import { deferred, type Deferred } from '../support/deferred.js';
import { errorsReportedIn } from '../support/errors-reported.js';
import { Log } from '../support/log.js';

interface Options {
  readonly signal?: AbortSignal | undefined;
  readonly limit?: number;
}
type Args = readonly [id: number, last?: AbortSignal | Options];

/** The two ways in which a caller passes its signal. */
const forms: Readonly<Record<string, (signal: AbortSignal) => AbortSignal | Options>> = {
  '(id, signal)': (signal) => signal,
  '(id, { signal })': (signal) => ({ signal }),
};

/** A function of such arguments that does not look at them. */
const taking =
  <R>(fn: () => R): ((...args: Args) => R) =>
  () =>
    fn();

const signalIn = (last: AbortSignal | Options | undefined): AbortSignal | undefined =>
  last instanceof AbortSignal ? last : last?.signal;

const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => fail(`resolved with ${String(value)}`),
    (reason: unknown) => reason,
  );

/** A coalesced function by id, what each of its runs received, and how to settle it. */
function signalled(config: { resetOnRefCountZero?: boolean | (() => ObservableInput<unknown>) } = {}) {
  const runs: (Deferred<string> & { readonly args: Args; readonly signal: AbortSignal | undefined })[] = [];
  const load = coalescedAsync(
    (...args: Args): Promise<string> => {
      const run = { ...deferred(), args, signal: signalIn(args[1]) };
      runs.push(run);
      return run.promise;
    },
    { ...config, keyFn: (id) => id },
  );
  const log = new Log();
  load.inFlight.events.subscribe(({ type, callers }) => log.add(`${type} ${callers}`));
  return { load, runs, log };
}

for (const [form, last] of Object.entries(forms)) {
  describe(`Law 17: a caller's signal is that caller's alone ${form}`, () => {
    it('aborting it rejects that caller with its reason', async () => {
      for (const reason of [new Error('e'), 'text', '', 0, false, null]) {
        const { load } = signalled();
        const controller = new AbortController();
        const call = load(1, last(controller.signal));
        controller.abort(reason);
        expect(await reasonOf(call)).toBe(reason);
      }
    });

    it('by default an AbortError', async () => {
      const { load } = signalled();
      const controller = new AbortController();
      const call = load(1, last(controller.signal));
      controller.abort();
      expect(await reasonOf(call)).toBe(controller.signal.reason);
    });

    it('a follower that leaves disturbs nobody', async () => {
      const { load, runs, log } = signalled();
      const controller = new AbortController();
      const leader = load(1);
      const follower = load(1, last(controller.signal));

      controller.abort('no time');
      expect(load.inFlight.callers(1)).toBe(1);
      expect(await reasonOf(follower)).toBe('no time');
      runs[0]!.resolve('one');

      expect(await leader).toBe('one');
      expect(log.take()).toEqual(['start 1', 'join 2', 'leave 1', 'complete 1']);
    });

    it('a leader that leaves disturbs nobody', async () => {
      const { load, runs, log } = signalled();
      const controller = new AbortController();
      const leader = load(1, last(controller.signal));
      const followers = [load(1), load(1, last(new AbortController().signal))];

      controller.abort('no time');
      expect(runs[0]!.signal!.aborted).toBeFalse();
      expect(await reasonOf(leader)).toBe('no time');
      runs[0]!.resolve('one');

      expect(await Promise.all(followers)).toEqual(['one', 'one']);
      expect(runs.length).toBe(1);
      expect(runs[0]!.signal!.aborted).toBeFalse();
      expect(log.take()).toEqual(['start 1', 'join 2', 'join 3', 'leave 2', 'complete 2']);
    });

    it('each caller gets its own reason, and the last to leave cancels', async () => {
      const { load, runs, log } = signalled();
      const controllers = ['a', 'b', 'c'].map((reason) => ({ reason, controller: new AbortController() }));
      const calls = controllers.map(({ controller }) => load(1, last(controller.signal)));
      const flight = runs[0]!.signal!;

      const aborted = controllers.map(({ controller, reason }) => {
        controller.abort(reason);
        return flight.aborted;
      });

      expect(aborted).toEqual([false, false, true]);
      expect(load.inFlight.size).toBe(0);
      expect(await Promise.all(calls.map(reasonOf))).toEqual(['a', 'b', 'c']);
      expect(log.take()).toEqual(['start 1', 'join 2', 'join 3', 'leave 2', 'leave 1', 'leave 0', 'cancel 0']);
    });

    it('one signal of several callers makes them all leave', async () => {
      const { load, runs } = signalled();
      const controller = new AbortController();
      const calls = [load(1, last(controller.signal)), load(1, last(controller.signal))];
      expect(load.inFlight.callers(1)).toBe(2);
      controller.abort('both');
      expect(await Promise.all(calls.map(reasonOf))).toEqual(['both', 'both']);
      expect(runs[0]!.signal!.aborted).toBeTrue();
    });

    it('a signal aborted after all has settled changes nothing', async () => {
      const { load, runs, log } = signalled();
      const controller = new AbortController();
      const call = load(1, last(controller.signal));
      runs[0]!.resolve('one');
      expect(await call).toBe('one');

      controller.abort('late');
      const next = load(1);
      expect(load.inFlight.callers(1)).toBe(1);
      runs[1]!.resolve('two');
      expect(await next).toBe('two');
      expect(log.take()).toEqual(['start 1', 'complete 1', 'start 1', 'complete 1']);
    });

    it('is no part of the default key', () => {
      let runs = 0;
      const load = coalescedAsync(
        taking(() => {
          runs++;
          return NEVER;
        }),
      );
      void load(1);
      void load(1, last(new AbortController().signal));
      void load(1, last(new AbortController().signal));
      expect(runs).toBe(1);
      expect(load.inFlight.size).toBe(1);
    });
  });

  describe(`Law 17: fn receives the flight's signal in the place of the leader's ${form}`, () => {
    it('and everything else as it is', () => {
      const { load, runs } = signalled();
      const { signal } = new AbortController();
      const given = last(signal);
      void load(1, given);
      const [id, received, ...others] = runs[0]!.args;
      expect(id).toBe(1);
      expect(others).toEqual([]);
      expect(received instanceof AbortSignal).toBe(given instanceof AbortSignal);
      expect(signalIn(received)).toBeInstanceOf(AbortSignal);
      expect(signalIn(received)).not.toBe(signal);
      expect(signalIn(given)).toBe(signal);
    });

    it('however many arguments come before it', () => {
      for (const before of [[], [1], [1, 2]]) {
        const received: unknown[] = [];
        const load = coalescedAsync(
          (...args: unknown[]) => {
            received.push(...args);
            return NEVER;
          },
          { keyFn: () => 'k' },
        );
        const { signal } = new AbortController();
        void load(...before, last(signal));
        const flights = received.pop() as AbortSignal | Options;
        expect(received).toEqual(before);
        expect(flights instanceof AbortSignal).toBe(last(signal) instanceof AbortSignal);
        expect(signalIn(flights)).toBeInstanceOf(AbortSignal);
        expect(signalIn(flights)).not.toBe(signal);
      }
    });

    it('and nothing in its place if the leader passed none, whatever the followers pass', () => {
      const { load, runs } = signalled();
      void load(1);
      void load(1, last(new AbortController().signal));
      expect(runs[0]!.args).toEqual([1]);
    });

    it('it aborts when the last has left, with the key already free, before aborting returns', async () => {
      const { load, runs } = signalled();
      const controller = new AbortController();
      const call = load(1, last(controller.signal));
      const log = new Log();
      runs[0]!.signal!.addEventListener('abort', () => log.add(`aborted, in flight: ${load.inFlight.size}`));

      controller.abort('no time');
      log.add('abort returned');

      expect(log.take()).toEqual(['aborted, in flight: 0', 'abort returned']);
      expect(await reasonOf(call)).toBe('no time');
    });

    it('a call made when it aborts does not join the cancelled flight', async () => {
      const { load, runs } = signalled();
      const controller = new AbortController();
      const call = load(1, last(controller.signal));
      let newcomer: Promise<string> | undefined;
      runs[0]!.signal!.addEventListener('abort', () => {
        newcomer = load(1, last(new AbortController().signal));
      });

      controller.abort('no time');
      expect(runs.length).toBe(2);
      expect(load.inFlight.callers(1)).toBe(1);
      runs[0]!.resolve('old');
      runs[1]!.resolve('new');

      expect(await newcomer).toBe('new');
      expect(await reasonOf(call)).toBe('no time');
    });

    it("it aborts with abort()'s reason, which every caller gets", async () => {
      for (const reason of [new Error('e'), 'text', '', 0, false, null]) {
        const { load, runs } = signalled();
        const calls = [load(1, last(new AbortController().signal)), load(1)];
        load.inFlight.abort(1, reason);
        expect(runs[0]!.signal!.aborted).toBeTrue();
        expect(runs[0]!.signal!.reason).toBe(reason);
        for (const call of calls) {
          expect(await reasonOf(call)).toBe(reason);
        }
      }
    });

    it('by default with one AbortError for it and for every caller', async () => {
      const { load, runs } = signalled();
      const calls = [load(1, last(new AbortController().signal)), load(1)];
      load.inFlight.abortAll();
      const { reason } = runs[0]!.signal as { reason: unknown };
      expect((reason as DOMException).name).toBe('AbortError');
      expect(await reasonOf(calls[0]!)).toBe(reason);
      expect(await reasonOf(calls[1]!)).toBe(reason);
    });

    it('also for a follower that passed a signal of its own', async () => {
      const { load, runs } = signalled();
      const [first, second] = [new AbortController(), new AbortController()];
      const calls = [load(1, last(first.signal)), load(1, last(second.signal))];
      expect(runs[0]!.signal).not.toBe(second.signal);
      first.abort('a');
      second.abort('b');
      expect(runs[0]!.signal!.aborted).toBeTrue();
      expect(await Promise.all(calls.map(reasonOf))).toEqual(['a', 'b']);
    });

    it('it aborts for an Observable run as well, once that is torn down', async () => {
      const log = new Log();
      const load = coalescedAsync(
        (...[, received]: Args) =>
          new Observable<string>(() => {
            signalIn(received)!.addEventListener('abort', () => log.add('aborted'));
            return () => log.add('teardown');
          }),
        { keyFn: (id) => id },
      );
      const controller = new AbortController();
      const call = load(1, last(controller.signal));
      controller.abort('no time');
      expect(log.take().sort()).toEqual(['aborted', 'teardown']);
      expect(await reasonOf(call)).toBe('no time');
    });
  });

  describe(`Law 18: the flight's signal is not aborted once it has completed or errored ${form}`, () => {
    const endings: Readonly<Record<string, (run: Deferred<string>) => void>> = {
      completed: (run) => run.resolve('one'),
      errored: (run) => run.reject('e'),
    };
    for (const [name, end] of Object.entries(endings)) {
      it(`(${name})`, async () => {
        const { load, runs } = signalled();
        const controller = new AbortController();
        const call = load(1, last(controller.signal));
        end(runs[0]!);
        await Promise.allSettled([call]);

        controller.abort();
        expect(load.inFlight.abort(1)).toBeFalse();
        load.inFlight.abortAll();

        expect(runs[0]!.signal!.aborted).toBeFalse();
      });
    }

    it('nor for an Observable run', async () => {
      const source = new Subject<string>();
      let flight: AbortSignal | undefined;
      const load = coalescedAsync(
        (...[, received]: Args) => {
          flight = signalIn(received);
          return source;
        },
        { keyFn: (id) => id },
      );
      const call = load(1, last(new AbortController().signal));
      source.next('one');
      source.complete();
      expect(await call).toBe('one');
      expect(flight!.aborted).toBeFalse();
    });
  });

  describe(`Law 17: a signal that is already aborted rejects first of all ${form}`, () => {
    const reasons = [new Error('e'), 'text', '', 0, false, null];

    it('with its reason, and runs nothing, not even keyFn', async () => {
      for (const reason of reasons) {
        const log = new Log();
        const load = coalescedAsync(
          (...args: Args) => {
            log.add(`run ${args.length}`);
            return NEVER;
          },
          {
            keyFn: (...args: Args) => {
              log.add(`keyFn ${args.length}`);
              throw new Error('keyFn');
            },
          },
        );
        load.inFlight.events.subscribe(({ type }) => log.add(type));
        expect(await reasonOf(load(1, last(AbortSignal.abort(reason))))).toBe(reason);
        expect(log.take()).toEqual([]);
        expect(load.inFlight.size).toBe(0);
      }
    });

    it('also if the default key refuses the arguments', async () => {
      const load = coalescedAsync((...args: readonly unknown[]) => of(args));
      expect(await reasonOf(load(() => {}, last(AbortSignal.abort('r'))))).toBe('r');
    });

    it('also if there is a flight to join', async () => {
      const { load, runs, log } = signalled();
      const call = load(1);
      expect(await reasonOf(load(1, last(AbortSignal.abort('r'))))).toBe('r');
      runs[0]!.resolve('one');
      expect(await call).toBe('one');
      expect(log.take()).toEqual(['start 1', 'complete 1']);
    });
  });

  describe(`Law 18: no abort listener is left ${form}`, () => {
    type Signalled = ReturnType<typeof signalled>;
    const endings: Readonly<Record<string, (its: Signalled, controller: CountedController) => unknown>> = {
      'it resolves': ({ runs }) => runs[0]!.resolve('one'),
      'it rejects': ({ runs }) => runs[0]!.reject('e'),
      'its signal aborts': (its, controller) => controller.abort(),
      'abort()': ({ load }) => load.inFlight.abort(1),
      'abortAll()': ({ load }) => load.inFlight.abortAll(),
      'it is forgotten and resolves': ({ load, runs }) => {
        load.inFlight.forget(1);
        runs[0]!.resolve('one');
      },
      'it is forgotten and its signal aborts': ({ load }, controller) => {
        load.inFlight.forgetAll();
        controller.abort();
      },
    };
    for (const [name, end] of Object.entries(endings)) {
      for (const role of ['leader', 'follower']) {
        it(`once ${name} (${role})`, async () => {
          const its = signalled();
          const controller = new CountedController();
          const calls = [
            its.load(1, role === 'leader' ? last(controller.signal) : undefined),
            its.load(1, role === 'follower' ? last(controller.signal) : undefined),
          ];
          expect(controller.listeners).toBe(1);
          end(its, controller);
          its.runs[0]!.resolve('the other is served too');
          await Promise.allSettled(calls);
          expect(controller.listeners).toBe(0);
          expect(its.load.inFlight.size).toBe(0);
        });
      }
    }

    it('by a run that settles at once', async () => {
      const load = coalescedAsync((...[id]: Args) => of(id), { keyFn: (id) => id });
      const controller = new CountedController();
      expect(await load(1, last(controller.signal))).toBe(1);
      expect(controller.listeners).toBe(0);
    });

    it('by a run that throws, nor by a keyFn that throws', async () => {
      const controller = new CountedController();
      const fail = (): Promise<string> => {
        throw 'e';
      };
      const load = coalescedAsync(taking(fail), { keyFn: (id) => id });
      const keyless = coalescedAsync(taking(fail), { keyFn: (): string => fail() as never });
      expect(await reasonOf(load(1, last(controller.signal)))).toBe('e');
      expect(await reasonOf(keyless(1, last(controller.signal)))).toBe('e');
      expect(controller.listeners).toBe(0);
    });

    it('after a thousand calls with one signal', async () => {
      const load = coalescedAsync(async (...[id]: Args) => id, { keyFn: (id) => id });
      const controller = new CountedController();
      for (let id = 0; id < 1000; id++) {
        await load(id, last(controller.signal));
      }
      expect(controller.listeners).toBe(0);
    });

    it('and none is added to one that is already aborted', async () => {
      const { load } = signalled();
      const controller = new CountedController();
      controller.abort('r');
      expect(await reasonOf(load(1, last(controller.signal)))).toBe('r');
      expect(controller.added).toBe(0);
    });
  });

  describe(`Law 17: aborting at an awkward moment ${form}`, () => {
    for (const [kind, result] of Object.entries({
      'an Observable': (log: Log) =>
        new Observable<string>(() => {
          log.add('subscribed');
        }),
      'a promise': () => Promise.resolve('one'),
      'a rejected promise': () => Promise.reject(new Error('dropped')),
      'a throw': (): Promise<string> => {
        throw new Error('dropped');
      },
    } as Record<string, (log: Log) => ObservableInput<string>>)) {
      it(`from inside fn deserts the flight, whose result is left alone (${kind})`, async () => {
        const log = new Log();
        const controller = new CountedController();
        let flight: AbortSignal | undefined;
        const load = coalescedAsync(
          (...[, received]: Args) => {
            controller.abort('changed my mind');
            flight = signalIn(received);
            log.add(`in flight: ${load.inFlight.size}`);
            return result(log);
          },
          { keyFn: (id: number) => id },
        ) as { (...args: Args): Promise<string>; readonly inFlight: { readonly size: number } };

        expect(await reasonOf(load(1, last(controller.signal)))).toBe('changed my mind');
        expect(log.take()).toEqual(['in flight: 0']);
        expect(flight!.aborted).toBeTrue();
        expect(controller.listeners).toBe(0);
        expect(load.inFlight.size).toBe(0);
      });
    }

    it('from inside fn keeps the flight for a caller that has joined from there', async () => {
      const controller = new AbortController();
      let inner: Promise<string> | undefined;
      let flight: AbortSignal | undefined;
      const load = coalescedAsync(
        (...[id, received]: Args): Promise<string> => {
          inner = load(id);
          controller.abort('changed my mind');
          flight = signalIn(received);
          return Promise.resolve('one');
        },
        { keyFn: (id: number) => id },
      ) as (...args: Args) => Promise<string>;

      expect(await reasonOf(load(1, last(controller.signal)))).toBe('changed my mind');
      expect(await inner).toBe('one');
      expect(flight!.aborted).toBeFalse();
    });

    it('from inside keyFn rejects, and runs nothing', async () => {
      const controller = new CountedController();
      let runs = 0;
      const load = coalescedAsync(
        taking(() => of(++runs)),
        {
          keyFn: (id) => {
            controller.abort('changed my mind');
            return id;
          },
        },
      );
      expect(await reasonOf(load(1, last(controller.signal)))).toBe('changed my mind');
      expect(runs).toBe(0);
      expect(controller.listeners).toBe(0);
      expect(load.inFlight.size).toBe(0);
    });

    it("from another caller's continuation comes too late", async () => {
      const { load, runs } = signalled();
      const controller = new AbortController();
      const first = load(1).then(() => controller.abort('late'));
      const second = load(1, last(controller.signal));
      runs[0]!.resolve('one');
      await first;
      expect(await second).toBe('one');
    });

    it("in another caller's continuation, to a call made before that, is in time", async () => {
      const { load, runs } = signalled();
      const controller = new AbortController();
      const leaving = new AbortController();
      const other = load(1, last(leaving.signal)).catch(() => controller.abort('in time'));
      const call = load(1, last(controller.signal));
      leaving.abort();
      await other;
      expect(await reasonOf(call)).toBe('in time');
      expect(runs[0]!.signal!.aborted).toBeTrue();
    });

    it('in a listener of `events`, at its own start, cancels before the run', async () => {
      const { load, runs } = signalled();
      const controller = new AbortController();
      load.inFlight.events.subscribe(({ type }) => {
        if (type === 'start') {
          controller.abort('at once');
        }
      });
      expect(await reasonOf(load(1, last(controller.signal)))).toBe('at once');
      expect(runs.length).toBe(0);
      expect(load.inFlight.size).toBe(0);
    });

    it('in a listener of `events`, as a flight is found to be over, leads nothing', async () => {
      const { load, runs } = signalled();
      load.inFlight.join(1, () => new Observable((subscriber) => subscriber.unsubscribe())).subscribe();
      const controller = new CountedController();
      load.inFlight.events.subscribe(({ type }) => {
        if (type === 'cancel') {
          controller.abort('at once');
        }
      });
      expect(await reasonOf(load(1, last(controller.signal)))).toBe('at once');
      expect(runs.length).toBe(0);
      expect(controller.listeners).toBe(0);
      expect(load.inFlight.size).toBe(0);
    });

    it("in an abort listener of the caller's own signal, added before the call, the call has not been rejected yet", async () => {
      const { load, runs } = signalled();
      const controller = new AbortController();
      const callers: number[] = [];
      controller.signal.addEventListener('abort', () => callers.push(load.inFlight.callers(1)));
      const call = load(1, last(controller.signal));
      controller.signal.addEventListener('abort', () => callers.push(load.inFlight.callers(1)));
      controller.abort('r');
      expect(callers).toEqual([1, 0]);
      expect(await reasonOf(call)).toBe('r');
      expect(runs[0]!.signal!.aborted).toBeTrue();
    });

    it('of a caller of a forgotten flight leaves that flight, and its successor alone', async () => {
      const { load, runs } = signalled();
      const controller = new AbortController();
      const old = load(1, last(controller.signal));
      load.inFlight.forget(1);
      const fresh = load(1, last(new AbortController().signal));

      controller.abort('no time');
      expect(runs[0]!.signal!.aborted).toBeTrue();
      expect(runs[1]!.signal!.aborted).toBeFalse();
      expect(load.inFlight.callers(1)).toBe(1);
      runs[1]!.resolve('fresh');

      expect(await reasonOf(old)).toBe('no time');
      expect(await fresh).toBe('fresh');
    });

    it('abort() does not reach a forgotten flight', async () => {
      const { load, runs } = signalled();
      const old = load(1, last(new AbortController().signal));
      load.inFlight.forget(1);
      expect(load.inFlight.abort(1, 'r')).toBeFalse();
      expect(runs[0]!.signal!.aborted).toBeFalse();
      runs[0]!.resolve('old');
      expect(await old).toBe('old');
    });
  });

  describe(`Law 17: a flight that lingers ${form}`, () => {
    it('is joined by a newcomer, and its signal is not aborted', async () => {
      const notifier = new Subject<void>();
      const { load, runs, log } = signalled({ resetOnRefCountZero: () => notifier });
      const controller = new CountedController();
      const call = load(1, last(controller.signal));
      controller.abort('no time');

      expect(await reasonOf(call)).toBe('no time');
      expect(controller.listeners).toBe(0);
      expect(load.inFlight.has(1)).toBeTrue();
      expect(runs[0]!.signal!.aborted).toBeFalse();
      expect(notifier.observed).toBeTrue();

      const newcomer = load(1);
      expect(notifier.observed).toBeFalse();
      runs[0]!.resolve('one');
      expect(await newcomer).toBe('one');
      expect(runs.length).toBe(1);
      expect(runs[0]!.signal!.aborted).toBeFalse();
      expect(log.take()).toEqual(['start 1', 'leave 0', 'join 1', 'complete 1']);
    });

    it('is cancelled by its notifier', async () => {
      const notifier = new Subject<void>();
      const { load, runs, log } = signalled({ resetOnRefCountZero: () => notifier });
      const controller = new AbortController();
      const call = load(1, last(controller.signal));
      controller.abort('no time');
      expect(await reasonOf(call)).toBe('no time');

      notifier.next();
      expect(runs[0]!.signal!.aborted).toBeTrue();
      expect(notifier.observed).toBeFalse();
      expect(load.inFlight.size).toBe(0);
      expect(log.take()).toEqual(['start 1', 'leave 0', 'cancel 0']);
    });

    it('is ended by abort() with the reason, and its notifier is torn down', async () => {
      const notifier = new Subject<void>();
      const { load, runs, log } = signalled({ resetOnRefCountZero: () => notifier });
      const controller = new AbortController();
      const call = load(1, last(controller.signal));
      controller.abort('no time');
      expect(await reasonOf(call)).toBe('no time');

      expect(load.inFlight.abort(1, 'r')).toBeTrue();
      expect(runs[0]!.signal!.aborted).toBeTrue();
      expect(runs[0]!.signal!.reason).toBe('r');
      expect(notifier.observed).toBeFalse();
      expect(load.inFlight.size).toBe(0);
      expect(log.take()).toEqual(['start 1', 'leave 0', 'abort 0']);
    });

    it('ends without callers, and tears its notifier down', async () => {
      const notifier = new Subject<void>();
      const { load, runs, log } = signalled({ resetOnRefCountZero: () => notifier });
      const controller = new AbortController();
      const call = load(1, last(controller.signal));
      controller.abort('no time');
      expect(await reasonOf(call)).toBe('no time');

      runs[0]!.resolve('one');
      await runs[0]!.promise;
      expect(load.inFlight.size).toBe(0);
      expect(notifier.observed).toBeFalse();
      expect(runs[0]!.signal!.aborted).toBeFalse();
      expect(log.take()).toEqual(['start 1', 'leave 0', 'complete 0']);
    });

    it('forever with resetOnRefCountZero: false', async () => {
      const { load, runs } = signalled({ resetOnRefCountZero: false });
      const controller = new AbortController();
      const call = load(1, last(controller.signal));
      controller.abort('no time');
      expect(await reasonOf(call)).toBe('no time');
      expect(runs[0]!.signal!.aborted).toBeFalse();
      const newcomer = load(1);
      runs[0]!.resolve('one');
      expect(await newcomer).toBe('one');
      expect(runs.length).toBe(1);
    });
  });
}

/** A polyfill's signal, as those of `abort-controller` and `abortcontroller-polyfill` are: without reasons, and only for functions. */
class PolyfilledSignal {
  aborted = false;
  readonly listeners: (() => void)[] = [];

  get [Symbol.toStringTag](): string {
    return 'AbortSignal';
  }

  addEventListener(_type: string, listener: () => void): void {
    this.listeners.push(listener);
  }

  removeEventListener(_type: string, listener: () => void): void {
    this.listeners.splice(this.listeners.indexOf(listener), 1);
  }

  abort(): void {
    this.aborted = true;
    this.listeners.slice().forEach((listener) => listener());
  }
}

describe("Law 17: a caller's signal is recognised by its brand", () => {
  it("a polyfill's, which has no reason", async () => {
    for (const last of [(own: AbortSignal) => own, (own: AbortSignal) => ({ signal: own })]) {
      const { load, runs } = signalled();
      const polyfilled = new PolyfilledSignal();
      const own = polyfilled as unknown as AbortSignal;
      const calls = [load(1, last(own)), load(1, last(own))];
      expect(signalIn(runs[0]!.args[1])).toBeInstanceOf(AbortSignal);
      polyfilled.abort();
      for (const call of calls) {
        expect(((await reasonOf(call)) as DOMException).name).toBe('AbortError');
      }
      expect(runs[0]!.signal!.aborted).toBeTrue();
      expect(polyfilled.listeners).toEqual([]);
      expect(((await reasonOf(load(1, last(own)))) as DOMException).name).toBe('AbortError');
      expect(runs.length).toBe(1);
      expect(load.keyFn(7, last(own))).toBe(7);
    }
  });

  it('one that is no instance of the AbortSignal of this realm', async () => {
    const { load, runs } = signalled();
    const controller = new AbortController();
    const call = load(1, controller.signal);
    const Original = globalThis.AbortSignal;
    try {
      globalThis.AbortSignal = Function as unknown as typeof AbortSignal;
      expect(controller.signal).not.toBeInstanceOf(AbortSignal);
      void load(1, controller.signal).catch(() => {});
      expect(load.inFlight.callers(1)).toBe(2);
      controller.abort('r');
    } finally {
      globalThis.AbortSignal = Original;
    }
    expect(await reasonOf(call)).toBe('r');
    expect(runs[0]!.signal!.aborted).toBeTrue();
  });

  if ('document' in globalThis) {
    it('one of another frame', async () => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      try {
        const { load, runs } = signalled();
        const { AbortController: Controller } = frame.contentWindow as Window & typeof globalThis;
        const controller = new Controller();
        expect(controller.signal).not.toBeInstanceOf(AbortSignal);
        const call = load(1, { signal: controller.signal });
        controller.abort('r');
        expect(await reasonOf(call)).toBe('r');
        expect(runs[0]!.signal!.aborted).toBeTrue();
        expect(coalescedAsync((...args: unknown[]) => of(args)).keyFn(1, controller.signal)).toBe(1);
      } finally {
        frame.remove();
      }
    });
  }
});

describe("Law 17: a caller's signal is found at any position", () => {
  const places: Readonly<Record<string, (signal: AbortSignal) => readonly unknown[]>> = {
    '(id, { signal }, undefined)': (signal) => [7, { signal }, undefined],
    '(id, signal, undefined)': (signal) => [7, signal, undefined],
    '(signal, id)': (signal) => [signal, 7],
    '({ signal }, id)': (signal) => [{ signal }, 7],
    '(args, api, extra)': (signal) => [{ id: 7 }, { signal, extra: 'api' }, ['extra']],
    '(id, { signal: undefined }, { signal })': (signal) => [7, { signal: undefined }, { signal }],
  };
  for (const [form, args] of Object.entries(places)) {
    it(form, async () => {
      const received: unknown[][] = [];
      const load = coalescedAsync((...given: readonly unknown[]) => {
        received.push([...given]);
        return NEVER;
      });
      const controllers = [new CountedController(), new CountedController()];
      const given = controllers.map(({ signal }) => args(signal));
      const calls = given.map((list) => load(...list));
      expect(received.length).withContext('by the default key').toBe(1);

      const [one] = received;
      expect(one!.length).toBe(given[0]!.length);
      const inArgument = (value: unknown): unknown =>
        value instanceof AbortSignal ? value : (value as Options | undefined)?.signal;
      const signals = one!.map(inArgument).filter((signal) => signal !== undefined) as AbortSignal[];
      expect(signals.length).toBe(1);
      expect(signals[0]).not.toBe(controllers[0]!.signal);
      one!.forEach((value, place) => {
        if (inArgument(value) === undefined) {
          expect(value).toBe(given[0]![place]);
        }
      });

      controllers[0]!.abort('leader');
      expect(signals[0]!.aborted).toBeFalse();
      controllers[1]!.abort('follower');
      expect(signals[0]!.aborted).toBeTrue();
      expect(await Promise.all(calls.map(reasonOf))).toEqual(['leader', 'follower']);
      expect(controllers.map(({ listeners }) => listeners)).toEqual([0, 0]);
      expect(await reasonOf(load(...args(AbortSignal.abort('before'))))).toBe('before');
      expect(received.length).toBe(1);
    });
  }

  it('of several signals, the last one', async () => {
    const received: unknown[] = [];
    const load = coalescedAsync(
      (...args: readonly unknown[]) => {
        received.push(...args);
        return NEVER;
      },
      { keyFn: () => 'k' },
    );
    const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
    const options = { signal: second.signal };
    const call = load(first.signal, options, { signal: third.signal }, 1);
    expect(received[0]).toBe(first.signal);
    expect(received[1]).toBe(options);
    expect((received[2] as Options).signal).not.toBe(third.signal);
    first.abort('first');
    second.abort('second');
    expect(load.inFlight.callers('k')).toBe(1);
    third.abort('third');
    expect(await reasonOf(call)).toBe('third');
  });
});

describe('Law 18: there is one listener for each signal, however many calls', () => {
  it('which is removed with the last of them', async () => {
    const controller = new CountedController();
    const { load, runs } = signalled();
    const { signal } = controller;
    const calls = Array.from({ length: 20 }, (_, id) => load(id, { signal }));
    const adapted = Array.from({ length: 20 }, () => promiseFrom(NEVER, { signal }));
    expect(controller.listeners).toBe(1);
    expect(controller.added).toBe(1);
    for (const run of runs.slice(1)) {
      run.resolve('one');
    }
    await Promise.all(calls.slice(1));
    expect(controller.listeners).toBe(1);
    controller.abort('r');
    expect(await Promise.all([calls[0]!, ...adapted].map(reasonOf))).toEqual(Array(21).fill('r'));
    expect(controller.listeners).toBe(0);
    expect(controller.added).toBe(1);
  });

  it('and a new one for later calls', async () => {
    const controller = new CountedController();
    const { load, runs } = signalled();
    for (const turn of [1, 2]) {
      const call = load(1, controller.signal);
      expect(controller.listeners).toBe(1);
      expect(controller.added).toBe(turn);
      runs.at(-1)!.resolve('one');
      await call;
      expect(controller.listeners).toBe(0);
    }
    const last = load(1, controller.signal);
    controller.abort('r');
    expect(await reasonOf(last)).toBe('r');
  });

  it('and a teardown that throws does not keep other calls from being aborted', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const load = coalescedAsync(
      (id: number, { limit = 1 }: Options) =>
        new Observable<string>(() => () => {
          throw new Error(`teardown of ${id}, ${limit}`);
        }),
    );
    const calls = [1, 2, 3].map((id) => load(id, { signal }));
    const errors = await errorsReportedIn(async () => {
      controller.abort('r');
      expect(await Promise.all(calls.map(reasonOf))).toEqual(['r', 'r', 'r']);
    });
    expect(errors.length).toBe(3);
    expect(load.inFlight.size).toBe(0);
  });
});

describe("Law 17: what is no caller's signal", () => {
  const lookalike = (): object => ({
    [Symbol.toStringTag]: 'AbortSignal',
    aborted: true,
    reason: 'r',
    addEventListener: () => {},
    removeEventListener: () => {},
  });
  const { signal } = new AbortController();
  class Settings {
    signal = signal;
  }
  const lookalikes: Readonly<Record<string, unknown>> = {
    'a Request': new Request('http://localhost/', { signal }),
    'a URL': Object.assign(new URL('http://localhost/'), { signal }),
    'an instance of a class': new Settings(),
    'an object that inherits a signal': Object.create({ signal }) as object,
    'a function': Object.assign(() => {}, { signal }),
    'an array': Object.assign([1], { signal }),
    'an object whose signal is undefined': { signal: undefined, limit: 1 },
    'an object whose signal is null': { signal: null },
    'an object whose signal is a name': { signal: 'SIGTERM' },
    'an object whose signal is an EventTarget': { signal: new EventTarget() },
    'an object of objects': { options: { signal } },
    'an object that names itself one': lookalike(),
    'an object whose signal names itself one': { signal: lookalike() },
    'an object that inherits the name alone': Object.create({ [Symbol.toStringTag]: 'AbortSignal' }) as object,
    'what has the methods alone': new EventTarget(),
    undefined: undefined,
    null: null,
  };

  for (const [name, last] of Object.entries(lookalikes)) {
    it(`${name} is passed on unchanged`, async () => {
      const received: unknown[] = [];
      const load = coalescedAsync(
        (...args: readonly unknown[]) => {
          received.push(...args);
          return of('one');
        },
        { keyFn: (id) => id },
      );
      expect(await load(1, last)).toBe('one');
      expect(received).toEqual([1, last]);
      expect(received[1]).toBe(last);
    });
  }

  for (const [name, last] of Object.entries({
    'a Request': (aborted: AbortSignal) => new Request('http://localhost/', { signal: aborted }),
    'an instance of a class': (aborted: AbortSignal) => Object.assign(new Settings(), { signal: aborted }),
    'an object that inherits it': (aborted: AbortSignal) => Object.create({ signal: aborted }) as object,
  })) {
    it(`${name} does not make the caller leave when its signal aborts`, async () => {
      const controller = new AbortController();
      const run = deferred();
      const load = coalescedAsync(taking(() => run.promise) as (last: unknown) => Promise<string>, {
        keyFn: () => 'k',
      });
      const call = load(last(controller.signal));
      controller.abort();
      expect(load.inFlight.callers('k')).toBe(1);
      run.resolve('one');
      expect(await call).toBe('one');
      expect(await load(last(controller.signal))).toBe('one');
    });
  }

  it('`signal: undefined` is none: fn gets its options unchanged', () => {
    const { load, runs } = signalled();
    const options = { signal: undefined, limit: 5 };
    void load(1, options);
    expect(runs[0]!.args[1]).toBe(options);
  });

  it('an options object without a prototype is a plain one', async () => {
    const { load, runs } = signalled();
    const controller = new AbortController();
    const options = Object.assign(Object.create(null) as Options, { signal: controller.signal });
    const call = load(1, options);
    expect(runs[0]!.signal).not.toBe(controller.signal);
    controller.abort('r');
    expect(await reasonOf(call)).toBe('r');
  });
});

describe("Law 17: the leader's options", () => {
  it('reach fn with all but the signal the same, and are not written to', () => {
    const { load, runs } = signalled();
    const { signal } = new AbortController();
    const nested = { deep: true };
    const symbol = Symbol('s');
    const options = Object.freeze({ limit: 5, nested, [symbol]: 1, signal });
    void load(1, options);

    const received = runs[0]!.args[1] as typeof options;
    expect(Object.keys(received).sort()).toEqual(['limit', 'nested', 'signal']);
    expect(received.nested).toBe(nested);
    expect(received[symbol]).toBe(1);
    expect(options.signal).toBe(signal);
    expect({ ...received }.signal).toBe(received.signal);
  });

  it('keep calls apart by the default key, which leaves out the signal', () => {
    let runs = 0;
    const load = coalescedAsync(
      taking(() => {
        runs++;
        return NEVER;
      }),
    );
    void load(1, { limit: 5 });
    void load(1, { limit: 5, signal: new AbortController().signal });
    void load(1, { signal: new AbortController().signal, limit: 5 });
    expect(runs).toBe(1);
    void load(1, { limit: 6, signal: new AbortController().signal });
    expect(runs).toBe(2);
  });

  it('give an aborted signal if it is first read after a cancel', async () => {
    const received: Options[] = [];
    const load = coalescedAsync(
      (...[, options]: Args) => {
        received.push(options as Options);
        return NEVER;
      },
      { keyFn: (id) => id },
    );
    const controller = new AbortController();
    const call = load(1, { signal: controller.signal });
    controller.abort('r');
    expect(await reasonOf(call)).toBe('r');
    expect(received[0]!.signal!.aborted).toBeTrue();
    expect(received[0]!.signal).toBe(received[0]!.signal);
  });

  it('give a signal that is not aborted if it is first read after the end', async () => {
    const received: Options[] = [];
    const load = coalescedAsync(
      (...[, options]: Args) => {
        received.push(options as Options);
        return of('one');
      },
      { keyFn: (id) => id },
    );
    const controller = new AbortController();
    expect(await load(1, { signal: controller.signal })).toBe('one');
    controller.abort();
    expect(received[0]!.signal!.aborted).toBeFalse();
  });
});

describe('Law 17: signals beside Observable callers', () => {
  it('a promise caller that leaves does not end the flight of an Observable caller', async () => {
    const source = new Subject<string>();
    const inFlight = inFlightCalls<number, string>();
    let flight: AbortSignal | undefined;
    const load = coalescedAsync(
      (...[, received]: Args) => {
        flight = signalIn(received);
        return source;
      },
      { inFlight, keyFn: (id) => id },
    );
    const observe = coalesced(
      taking((): Observable<string> => NEVER),
      { inFlight, keyFn: (id) => id },
    );
    const controller = new AbortController();
    const log = new Log();

    const call = load(1, controller.signal);
    const subscription = observe(1).subscribe(log.observer('observer'));
    controller.abort('no time');
    expect(await reasonOf(call)).toBe('no time');
    expect(flight!.aborted).toBeFalse();

    source.next('a');
    subscription.unsubscribe();
    expect(flight!.aborted).toBeTrue();
    expect(source.observed).toBeFalse();
    expect(log.take()).toEqual(['observer a']);
  });

  it('a promise caller whose signal aborts while an Observable caller is notified of the value is still rejected with the reason', async () => {
    const source = new Subject<string>();
    const inFlight = inFlightCalls<number, string>();
    const observe = coalesced(
      taking(() => source),
      { inFlight, keyFn: (id) => id },
    );
    const load = coalescedAsync(
      taking(() => source),
      { inFlight, keyFn: (id) => id },
    );
    const controller = new CountedController();

    observe(1).subscribe(() => controller.abort('r'));
    const call = load(1, controller.signal);
    source.next('a');
    source.complete();

    expect(await reasonOf(call)).toBe('r');
    expect(controller.listeners).toBe(0);
  });
});
