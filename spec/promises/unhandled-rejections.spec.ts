import { from, NEVER, Observable, of, Subject, throwError, timer, type ObservableInput } from 'rxjs';
import {
  coalesceBy,
  coalesced,
  coalescedAsync,
  fromAbortable,
  inFlightCalls,
  promiseFrom,
  type FlightConfig,
} from '../../src/index.js';
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
function both(fn: () => ObservableInput<string>, resetOnRefCountZero: FlightConfig['resetOnRefCountZero'] = true) {
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

    it(`also if several callers wait on it (${name})`, async () => {
      const { promise } = both(fn);
      const reported = await globalErrors(() => {
        void promise();
        void promise();
      });
      expect(new Set(reported)).toEqual(new Set([error]));
    });

    it(`and if the caller passed a signal (${name})`, async () => {
      const { promise } = both(fn);
      expect(await globalErrors(() => void promise(new AbortController().signal))).toEqual([error]);
    });

    it(`and if it is an Observable caller (${name})`, async () => {
      const { observable } = both(fn);
      expect(await globalErrors(() => observable().subscribe())).toEqual([error]);
    });
  }

  it('a caller that returns its promise passes the failure on', async () => {
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
});

describe('Law 19: the error of a run that all its callers have left is emitted by events alone', () => {
  type Come = (calls: ReturnType<typeof lingering>) => () => void;
  const faces: Readonly<Record<string, Come>> = {
    'an Observable caller': ({ observable }) => {
      const subscription = observable().subscribe();
      return () => {
        subscription.unsubscribe();
      };
    },
    'a promise caller with a signal': ({ promise }) => {
      const controller = new AbortController();
      promise(controller.signal).catch(ignore);
      return () => {
        controller.abort();
      };
    },
    'a value of coalesceBy': ({ inFlight, run, resetOnRefCountZero }) => {
      const subscription = of('k')
        .pipe(coalesceBy((key: string) => key, run, { inFlight, resetOnRefCountZero }))
        .subscribe();
      return () => {
        subscription.unsubscribe();
      };
    },
    'callers of all kinds': (calls) => {
      const leave = Object.entries(faces)
        .filter(([name]) => name !== 'callers of all kinds')
        .map(([, come]) => come(calls));
      return () => {
        leave.forEach((one) => {
          one();
        });
      };
    },
  };
  const stays: Readonly<Record<string, FlightConfig['resetOnRefCountZero']>> = {
    false: false,
    'a notifier': () => NEVER,
    'a timer': () => timer(3_600_000),
  };
  const kinds: Readonly<Record<string, (failing: Promise<string>) => ObservableInput<string>>> = {
    'a promise': (failing) => failing,
    'an async function': async (failing) => await failing,
    fromAbortable: (failing) => fromAbortable(() => failing),
    'an Observable': (failing) => from(failing),
    'a thenable': (failing) => ({ then: failing.then.bind(failing) }) as PromiseLike<string> as Promise<string>,
  };

  function lingering(run: () => ObservableInput<string>, resetOnRefCountZero: FlightConfig['resetOnRefCountZero']) {
    return { ...both(run, resetOnRefCountZero), run, resetOnRefCountZero };
  }

  for (const [face, come] of Object.entries(faces)) {
    for (const [kind, start] of Object.entries(kinds)) {
      for (const [stay, resetOnRefCountZero] of Object.entries(stays)) {
        it(`${kind} that ${face} has left, by ${stay}`, async () => {
          const failing = deferred();
          const calls = lingering(() => start(failing.promise), resetOnRefCountZero);
          const reported: unknown[] = [];
          calls.inFlight.events.subscribe((event) => {
            if (event.type === 'error') reported.push(event.error);
          });
          const leave = come(calls);
          leave();
          expect(
            await globalErrors(() => {
              failing.reject(error);
            }),
          ).toEqual([]);
          expect(reported).toEqual([error]);
          expect(calls.inFlight.size).toBe(0);
        });
      }
    }
  }

  it('also if it has been forgotten, or nobody listens', async () => {
    const failing = deferred();
    const { observable, inFlight } = both(() => failing.promise, false);
    const subscription = observable().subscribe();
    inFlight.forget('k');
    subscription.unsubscribe();
    expect(
      await globalErrors(() => {
        failing.reject(error);
      }),
    ).toEqual([]);
  });

  it('but it is reported if a caller has joined again and does not handle it', async () => {
    const failing = deferred();
    const { observable, promise } = both(() => failing.promise, false);
    observable().subscribe().unsubscribe();
    expect(
      await globalErrors(() => {
        void promise();
        failing.reject(error);
      }),
    ).toEqual([error]);
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
