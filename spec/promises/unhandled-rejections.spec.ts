import { NEVER, Observable, Subject, throwError, type ObservableInput } from 'rxjs';
import { coalesced, coalescedAsync, fromAbortable, inFlightCalls, promiseFrom } from '../../src/index.js';
import { deferred } from '../support/deferred.js';
import { globalErrors } from '../support/global-errors.js';

const error = new Error('the run failed');
const ignore = (): void => {};

const failures: Readonly<Record<string, () => ObservableInput<string>>> = {
  'a rejected promise': () => Promise.reject(error),
  'a promise that is rejected later': () => Promise.resolve().then(() => Promise.reject(error)),
  'an Observable that errors at once': () => throwError(() => error),
  'an Observable that errors later': () =>
    new Observable((subscriber) => {
      queueMicrotask(() => {
        subscriber.error(error);
      });
    }),
  'a throw': () => {
    throw error;
  },
};

/** A coalesced function for either kind of caller, on one registry. */
function both(fn: () => ObservableInput<string>, resetOnRefCountZero = true) {
  const config = { inFlight: inFlightCalls<string, string>(), keyFn: () => 'k', resetOnRefCountZero };
  return {
    inFlight: config.inFlight,
    promise: coalescedAsync(fn as (signal?: AbortSignal) => ObservableInput<string>, config),
    observable: coalesced(fn, config),
  };
}

describe('Law 19: the library hides no unhandled rejection', () => {
  for (const [name, fn] of Object.entries(failures)) {
    it(`a failure that no caller handles is reported (${name})`, async () => {
      const { promise } = both(fn);
      expect(await globalErrors(() => void promise())).toEqual([error]);
    });

    it(`also where several wait on it (${name})`, async () => {
      const { promise } = both(fn);
      const reported = await globalErrors(() => {
        void promise();
        void promise();
      });
      expect(new Set(reported)).toEqual(new Set([error]));
    });

    it(`and where the caller brought a signal (${name})`, async () => {
      const { promise } = both(fn);
      expect(await globalErrors(() => void promise(new AbortController().signal))).toEqual([error]);
    });

    it(`and where it is an Observable caller (${name})`, async () => {
      const { observable } = both(fn);
      expect(await globalErrors(() => observable().subscribe())).toEqual([error]);
    });
  }

  it('a caller that hands its promise on hands the failure on', async () => {
    const { promise } = both(failures['a rejected promise']!);
    expect(await globalErrors(() => void promise().then(ignore))).toEqual([error]);
    expect(await globalErrors(() => void promise().finally(ignore))).toEqual([error]);
  });

  it('what keyFn throws', async () => {
    const load = coalescedAsync(() => NEVER, {
      keyFn: () => {
        throw error;
      },
    });
    expect(await globalErrors(() => void load())).toEqual([error]);
  });

  it("what a caller's own signal, or abort(), rejects it with", async () => {
    const { promise, inFlight } = both(() => NEVER);
    const controller = new AbortController();
    const reported = await globalErrors(() => {
      void promise(controller.signal);
      controller.abort(error);
    });
    expect(reported).toEqual([error]);
    expect(
      await globalErrors(() => {
        void promise();
        inFlight.abort('k', error);
      }),
    ).toEqual([error]);
    expect(await globalErrors(() => void promise(AbortSignal.abort(error)))).toEqual([error]);
  });

  it('of promiseFrom and fromAbortable neither', async () => {
    expect(await globalErrors(() => void promiseFrom(throwError(() => error)))).toEqual([error]);
    expect(await globalErrors(() => void promiseFrom(Promise.reject(error)))).toEqual([error]);
    expect(await globalErrors(() => fromAbortable(() => Promise.reject(error)).subscribe())).toEqual([error]);
  });

  it('a failure of a promise that goes on when all have left', async () => {
    const run = deferred();
    const { promise } = both(() => run.promise, false);
    const controller = new AbortController();
    promise(controller.signal).catch(ignore);
    controller.abort();
    expect(await globalErrors(() => run.reject(error))).toEqual([error]);
  });

  it('but, as share() does, not the error of an Observable that goes on when all have left', async () => {
    const run = new Subject<string>();
    const { promise } = both(() => run, false);
    const controller = new AbortController();
    promise(controller.signal).catch(ignore);
    controller.abort();
    expect(run.observed).toBeTrue();
    expect(await globalErrors(() => run.error(error))).toEqual([]);
  });
});

describe('Law 19: the library adds no unhandled rejection', () => {
  for (const [name, fn] of Object.entries(failures)) {
    it(`a failure is handled by one promise caller for all without a signal (${name})`, async () => {
      const { promise } = both(fn);
      const reported = await globalErrors(() => {
        void promise();
        promise().catch(ignore);
      });
      // A run that fails at once has ended before the second call, which is another flight.
      const atOnce = ['an Observable that errors at once', 'a throw'].includes(name);
      expect(reported).toEqual(atOnce ? [error] : []);
    });

    it(`each of its callers handles it (${name})`, async () => {
      const { promise, observable } = both(fn);
      const reported = await globalErrors(() => {
        promise().catch(ignore);
        promise(new AbortController().signal).catch(ignore);
        observable().subscribe({ error: ignore });
        promise().catch(ignore);
      });
      expect(reported).toEqual([]);
    });

    it(`each has a signal and handles it (${name})`, async () => {
      const { promise } = both(fn);
      const reported = await globalErrors(() => {
        promise(new AbortController().signal).catch(ignore);
        promise(new AbortController().signal).catch(ignore);
      });
      expect(reported).toEqual([]);
    });

    it(`Observable callers alone handle it (${name})`, async () => {
      const { observable } = both(fn);
      const reported = await globalErrors(() => {
        observable().subscribe({ error: ignore });
        observable().subscribe({ error: ignore });
      });
      expect(reported).toEqual([]);
    });

    it(`an Observable caller joins a promise caller (${name})`, async () => {
      const { promise, observable } = both(fn);
      const reported = await globalErrors(() => {
        promise(new AbortController().signal).catch(ignore);
        observable().subscribe({ error: ignore });
      });
      expect(reported).toEqual([]);
    });

    it(`a caller handles it from inside fn (${name})`, async () => {
      let called = false;
      const { promise } = both(() => {
        if (!called) {
          called = true;
          promise().catch(ignore);
        }
        return fn();
      });
      expect(await globalErrors(() => promise().catch(ignore))).toEqual([]);
    });
  }

  it('nobody fails', async () => {
    const { promise, observable } = both(() => Promise.resolve('one'));
    const reported = await globalErrors(() => {
      void promise();
      void promise(new AbortController().signal);
      observable().subscribe();
    });
    expect(reported).toEqual([]);
  });
});

describe('Law 19: what a cancelled or aborted run rejects with is dropped', () => {
  const endings: Readonly<Record<string, (inFlight: { abort(key: string): boolean }, leave: () => void) => void>> = {
    cancelled: (inFlight, leave) => {
      leave();
    },
    aborted: (inFlight) => {
      inFlight.abort('k');
    },
  };

  for (const [name, end] of Object.entries(endings)) {
    it(`of a promise caller (${name})`, async () => {
      const run = deferred();
      const { promise, inFlight } = both(() => run.promise);
      const controller = new AbortController();
      promise(controller.signal).catch(ignore);
      end(inFlight, () => {
        controller.abort();
      });
      expect(await globalErrors(() => run.reject(error))).toEqual([]);
    });

    it(`of an Observable caller (${name})`, async () => {
      const run = deferred();
      const { observable, inFlight } = both(() => run.promise);
      const subscription = observable().subscribe({ error: ignore });
      end(inFlight, () => {
        subscription.unsubscribe();
      });
      expect(await globalErrors(() => run.reject(error))).toEqual([]);
    });

    it(`of callers of both kinds (${name})`, async () => {
      const run = deferred();
      const { promise, observable, inFlight } = both(() => run.promise);
      const controller = new AbortController();
      promise(controller.signal).catch(ignore);
      const subscription = observable().subscribe({ error: ignore });
      end(inFlight, () => {
        controller.abort();
        subscription.unsubscribe();
      });
      expect(await globalErrors(() => run.reject(error))).toEqual([]);
    });

    it(`of fromAbortable (${name})`, async () => {
      const { promise, inFlight } = both(() =>
        fromAbortable(
          (signal) =>
            new Promise<string>((resolve, reject) => {
              signal.addEventListener('abort', () => {
                reject(error);
              });
            }),
        ),
      );
      const controller = new AbortController();
      promise(controller.signal).catch(ignore);
      const reported = await globalErrors(() => {
        end(inFlight, () => {
          controller.abort();
        });
      });
      expect(reported).toEqual([]);
    });

    for (const kind of ['rejects', 'throws']) {
      it(`from inside an fn that then ${kind} (${name})`, async () => {
        const controller = new AbortController();
        const calls = both(() => {
          end(calls.inFlight, () => {
            controller.abort();
          });
          if (kind === 'throws') {
            throw error;
          }
          return Promise.reject(error);
        });
        expect(await globalErrors(() => calls.promise(controller.signal).catch(ignore))).toEqual([]);
      });
    }
  }

  it('of promiseFrom', async () => {
    const run = deferred();
    const controller = new AbortController();
    promiseFrom(run.promise, { signal: controller.signal }).catch(ignore);
    controller.abort();
    expect(await globalErrors(() => run.reject(error))).toEqual([]);
  });

  it('a lingering run that is cancelled by its notifier', async () => {
    const run = deferred();
    const notifier = new Subject<void>();
    const stubborn: (signal: AbortSignal) => Promise<string> = () => run.promise;
    const load = coalescedAsync(stubborn, {
      keyFn: () => 'k',
      resetOnRefCountZero: () => notifier,
    });
    const controller = new AbortController();
    load(controller.signal).catch(ignore);
    controller.abort();
    notifier.next();
    expect(await globalErrors(() => run.reject(error))).toEqual([]);
  });
});
