import { config, first, Observable } from 'rxjs';
import { coalesced, coalescedAsync, fromAbortable } from '../../src/index.js';
import { deferred, type Deferred } from '../support/deferred.js';
import { unhandledErrors } from '../support/unhandled-errors.js';
import { Log } from '../support/log.js';

/** An abortable function whose runs a spec settles. */
function abortable() {
  const runs: (Deferred<string> & { readonly signal: AbortSignal })[] = [];
  return {
    runs,
    start: (signal: AbortSignal): Promise<string> => {
      const run = { ...deferred(), signal };
      runs.push(run);
      return run.promise;
    },
  };
}

const throwables: readonly unknown[] = [new Error('e'), '', 0, false, null, undefined];

describe('Law 20: fromAbortable starts per subscription', () => {
  it('and not before', () => {
    const { runs, start } = abortable();
    const source = fromAbortable(start);
    expect(source).toBeInstanceOf(Observable);
    expect(runs.length).toBe(0);

    source.subscribe();
    source.subscribe();
    expect(runs.length).toBe(2);
    expect(runs[0]!.signal).not.toBe(runs[1]!.signal);
  });

  it('emits the value and completes', async () => {
    const { runs, start } = abortable();
    const log = new Log();
    fromAbortable(start).subscribe(log.observer('caller'));
    runs[0]!.resolve('one');
    await runs[0]!.promise;
    expect(log.take()).toEqual(['caller one', 'caller complete']);
    expect(runs[0]!.signal.aborted).toBeFalse();
  });

  for (const reason of throwables) {
    it(`errors with what the promise rejects with (${String(reason)})`, async () => {
      const { runs, start } = abortable();
      const errors: unknown[] = [];
      fromAbortable(start).subscribe({ error: (error: unknown) => errors.push(error) });
      runs[0]!.reject(reason);
      await Promise.allSettled([runs[0]!.promise]);
      expect(errors).toEqual([reason]);
      expect(errors[0]).toBe(reason);
      expect(runs[0]!.signal.aborted).toBeFalse();
    });

    it(`errors with what start throws (${String(reason)})`, () => {
      const errors: unknown[] = [];
      let signal: AbortSignal | undefined;
      fromAbortable((its): Promise<never> => {
        signal = its;
        throw reason;
      }).subscribe({ error: (error: unknown) => errors.push(error) });
      expect(errors).toEqual([reason]);
      expect(signal!.aborted).toBeFalse();
    });
  }

  const noPromises: [result: unknown, quoted: string][] = [
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    ['text', '"text"'],
    [{}, '[object Object]'],
    [{ then: 1 }, '[object Object]'],
    [[1], '[object Array]'],
  ];
  for (const [result, quoted] of noPromises) {
    it(`errors if start returns no promise (${JSON.stringify(result)})`, () => {
      const errors: unknown[] = [];
      let signal: AbortSignal | undefined;
      fromAbortable((its) => {
        signal = its;
        return result as Promise<never>;
      }).subscribe({ error: (error: unknown) => errors.push(error) });
      expect(errors).toEqual([
        new TypeError(`fromAbortable: expected "start" to be a function that returns a promise, got ${quoted}`),
      ]);
      expect(signal!.aborted).toBeFalse();
    });
  }

  it('takes any thenable, also one that settles inside `then`', () => {
    const log = new Log();
    const thenable = { then: (onFulfilled: (value: number) => void) => onFulfilled(1) } as PromiseLike<number>;
    fromAbortable(() => thenable).subscribe(log.observer('caller'));
    expect(log.take()).toEqual(['caller 1', 'caller complete']);
  });

  it('throws at once if it is passed no function', () => {
    expect(() => fromAbortable(Promise.resolve() as never)).toThrowError(TypeError, /start/);
    expect(() => fromAbortable(undefined as never)).toThrowError(TypeError, /start.*undefined/);
  });
});

describe('Law 20: fromAbortable aborts its signal on unsubscribe before the promise settles', () => {
  it('at once, and its own signal only', () => {
    const { runs, start } = abortable();
    const source = fromAbortable(start);
    const subscription = source.subscribe();
    source.subscribe();
    subscription.unsubscribe();
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  });

  it('not on unsubscribe after the promise has settled', async () => {
    for (const end of ['resolve', 'reject'] as const) {
      const { runs, start } = abortable();
      const subscription = fromAbortable(start).subscribe({ error: () => {} });
      runs[0]![end]('end');
      await Promise.allSettled([runs[0]!.promise]);
      subscription.unsubscribe();
      expect(runs[0]!.signal.aborted).toBeFalse();
    }
  });

  it('not if the value itself makes the subscriber leave', async () => {
    const { runs, start } = abortable();
    const log = new Log();
    fromAbortable(start).pipe(first()).subscribe(log.observer('caller'));
    runs[0]!.resolve('one');
    await runs[0]!.promise;
    expect(log.take()).toEqual(['caller one', 'caller complete']);
    expect(runs[0]!.signal.aborted).toBeFalse();
  });

  it('emits nothing afterwards, whatever the promise does', async () => {
    for (const end of ['resolve', 'reject'] as const) {
      const { runs, start } = abortable();
      const log = new Log();
      fromAbortable(start).subscribe(log.observer('caller')).unsubscribe();
      runs[0]![end]('late');
      await Promise.allSettled([runs[0]!.promise]);
      expect(log.take()).toEqual([]);
    }
  });

  it('reports no stopped notification to RxJS when the promise settles too late', async () => {
    const { onStoppedNotification } = config;
    const late: unknown[] = [];
    config.onStoppedNotification = (notification) => late.push(notification);
    try {
      for (const end of ['resolve', 'reject'] as const) {
        const { runs, start } = abortable();
        fromAbortable(start).subscribe().unsubscribe();
        runs[0]![end]('late');
        await Promise.allSettled([runs[0]!.promise]);
      }
      // RxJS reports one in a timeout.
      await new Promise((resolve) => setTimeout(resolve));
    } finally {
      config.onStoppedNotification = onStoppedNotification;
    }
    expect(late).toEqual([]);
  });

  describe('from inside start', () => {
    const unhandled = unhandledErrors();

    it('and its result or its throw is not used', async () => {
      for (const result of [() => Promise.resolve('one'), () => Promise.reject(new Error('dropped')), drop]) {
        const log = new Log();
        let signal: AbortSignal | undefined;
        const leaving = new Observable<string>((subscriber) => {
          fromAbortable((its): Promise<string> => {
            signal = its;
            subscriber.unsubscribe();
            return result();
          }).subscribe(subscriber);
        });
        leaving.subscribe(log.observer('caller'));
        expect(signal!.aborted).toBeTrue();
        expect(await unhandled.reported()).toEqual([]);
        expect(log.take()).toEqual([]);
      }
    });

    function drop(): never {
      throw new Error('dropped');
    }
  });
});

describe('Law 20: fromAbortable inside a coalesced function', () => {
  it('aborts when the last caller has left, with the key already free', () => {
    const { runs, start } = abortable();
    const load = coalesced((id: number) => fromAbortable((signal) => (expect(id).toBe(1), start(signal))));
    const subscriptions = [load(1).subscribe(), load(1).subscribe()];
    const sizes: number[] = [];
    runs[0]!.signal.addEventListener('abort', () => sizes.push(load.inFlight.size));

    subscriptions[0]!.unsubscribe();
    expect(runs[0]!.signal.aborted).toBeFalse();
    subscriptions[1]!.unsubscribe();
    expect(runs[0]!.signal.aborted).toBeTrue();
    expect(sizes).toEqual([0]);
    expect(runs.length).toBe(1);
  });

  it('aborts for promise callers too', async () => {
    const { runs, start } = abortable();
    const load = coalescedAsync((signal?: AbortSignal) => (expect(signal).toBeDefined(), fromAbortable(start)), {
      keyFn: () => 'k',
    });
    const controller = new AbortController();
    const call = load(controller.signal);
    controller.abort('no time');
    expect(runs[0]!.signal.aborted).toBeTrue();
    await expectAsync(call).toBeRejectedWith('no time');
  });
});
