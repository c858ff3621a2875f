import { EMPTY, EmptyError, NEVER, Observable, of, range, Subject, tap, throwError, type ObservableInput } from 'rxjs';
import { coalesced, promiseFrom } from '../../src/index.js';
import { CountedController } from '../support/counted-listeners.js';

const throwables: readonly unknown[] = [new Error('e'), '', 0, false, null, undefined];

const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => fail(`resolved with ${String(value)}`),
    (reason: unknown) => reason,
  );

describe('Law 20: promiseFrom resolves with the last value', () => {
  const inputs: Readonly<Record<string, () => ObservableInput<number>>> = {
    'an Observable': () => of(1, 2, 3),
    'an array': () => [1, 2, 3],
    'a promise': () => Promise.resolve(3),
    'a generator': function* () {
      yield* [1, 2, 3];
    },
    'an async generator': async function* () {
      yield* [1, 2, 3];
    },
  };
  for (const [name, input] of Object.entries(inputs)) {
    it(`of ${name}`, async () => {
      expect(await promiseFrom(input())).toBe(3);
      expect(await promiseFrom(input(), { signal: new AbortController().signal })).toBe(3);
    });
  }

  it('also if that is undefined', async () => {
    expect(await promiseFrom(of(1, undefined))).toBeUndefined();
    expect(await promiseFrom(of(undefined), { defaultValue: 'default' })).toBeUndefined();
  });

  it('subscribes at once, and once', () => {
    const source = new Subject<number>();
    let subscriptions = 0;
    const counted = new Observable<number>((subscriber) => {
      subscriptions++;
      return source.subscribe(subscriber);
    });
    void promiseFrom(counted);
    expect(subscriptions).toBe(1);
  });

  it('rejects with EmptyError if there is none', async () => {
    expect(await reasonOf(promiseFrom(EMPTY))).toBeInstanceOf(EmptyError);
    expect(await reasonOf(promiseFrom(EMPTY, {}))).toBeInstanceOf(EmptyError);
  });

  it('or resolves with defaultValue, even if it is undefined', async () => {
    for (const defaultValue of [undefined, null, 0, '', false, 'default']) {
      expect(await promiseFrom(EMPTY, { defaultValue })).toBe(defaultValue);
    }
    expect(await promiseFrom(of(1), { defaultValue: 2 })).toBe(1);
  });

  for (const reason of throwables) {
    it(`rejects with an error of the source (${String(reason)})`, async () => {
      expect(await reasonOf(promiseFrom(throwError(() => reason)))).toBe(reason);
      expect(
        await reasonOf(
          promiseFrom(
            throwError(() => reason),
            { defaultValue: 1 },
          ),
        ),
      ).toBe(reason);
      expect(await reasonOf(promiseFrom(Promise.reject(reason)))).toBe(reason);
    });
  }
});

describe('Law 20: the signal of promiseFrom unsubscribes', () => {
  it('at once, and rejects with its reason', async () => {
    for (const reason of [new Error('e'), '', 0, false, null]) {
      const source = new Subject<number>();
      const controller = new AbortController();
      const promise = promiseFrom(source, { signal: controller.signal });
      expect(source.observed).toBeTrue();
      controller.abort(reason);
      expect(source.observed).toBeFalse();
      expect(await reasonOf(promise)).toBe(reason);
    }
  });

  it('even if there is a value or a default', async () => {
    const source = new Subject<number>();
    const controller = new AbortController();
    const promise = promiseFrom(source, { signal: controller.signal, defaultValue: 0 });
    source.next(1);
    controller.abort('r');
    source.complete();
    expect(await reasonOf(promise)).toBe('r');
  });

  it('makes no difference once the source has ended', async () => {
    const source = new Subject<number>();
    const controller = new AbortController();
    const promise = promiseFrom(source, { signal: controller.signal });
    source.next(1);
    source.complete();
    controller.abort('late');
    expect(await promise).toBe(1);
  });

  it('and nothing is subscribed if it is already aborted', async () => {
    let subscriptions = 0;
    const source = new Observable(() => {
      subscriptions++;
    });
    const controller = new CountedController();
    controller.abort('r');
    expect(await reasonOf(promiseFrom(source, { signal: controller.signal, defaultValue: 1 }))).toBe('r');
    expect(subscriptions).toBe(0);
    expect(controller.added).toBe(0);
  });

  it('stops a synchronous firehose that aborts it', async () => {
    const sources: Readonly<Record<string, Observable<number>>> = {
      range: range(0, Infinity),
      'a loop': new Observable((subscriber) => {
        for (let i = 0; !subscriber.closed; i++) {
          subscriber.next(i);
        }
      }),
    };
    for (const source of Object.values(sources)) {
      const controller = new CountedController();
      const values: number[] = [];
      const firehose = source.pipe(
        tap((value) => {
          values.push(value);
          if (value === 3) {
            controller.abort('enough');
          }
          if (value > 1000) {
            throw new Error('not stopped');
          }
        }),
      );
      expect(await reasonOf(promiseFrom(firehose, { signal: controller.signal }))).toBe('enough');
      expect(values).toEqual([0, 1, 2, 3]);
      expect(controller.listeners).toBe(0);
    }
  });

  it('tears down a source that aborts it while it is being subscribed', async () => {
    const controller = new CountedController();
    let teardowns = 0;
    const source = new Observable(() => {
      controller.abort('r');
      return () => teardowns++;
    });
    expect(await reasonOf(promiseFrom(source, { signal: controller.signal }))).toBe('r');
    expect(teardowns).toBe(1);
    expect(controller.listeners).toBe(0);
  });

  it('makes a caller of a coalesced function leave, and disturbs nobody else', async () => {
    const source = new Subject<string>();
    const load = coalesced((id: number) => (expect(id).toBe(1), source));
    const controller = new AbortController();
    const impatient = promiseFrom(load(1), { signal: controller.signal });
    const patient = promiseFrom(load(1));
    expect(load.inFlight.callers(1)).toBe(2);

    controller.abort('no time');
    expect(load.inFlight.callers(1)).toBe(1);
    source.next('one');
    source.complete();

    expect(await reasonOf(impatient)).toBe('no time');
    expect(await patient).toBe('one');
  });

  it('cancels the flight if it was the last caller', async () => {
    const source = new Subject<string>();
    const load = coalesced((id: number) => (expect(id).toBe(1), source));
    const controller = new AbortController();
    const promise = promiseFrom(load(1), { signal: controller.signal });
    controller.abort('no time');
    expect(source.observed).toBeFalse();
    expect(load.inFlight.size).toBe(0);
    expect(await reasonOf(promise)).toBe('no time');
  });
});

describe('Law 18: promiseFrom leaves no abort listener', () => {
  const sources: Readonly<Record<string, () => ObservableInput<number>>> = {
    'a value': () => of(1),
    'no value': () => EMPTY,
    'an error': () => throwError(() => 'e'),
    'a promise': () => Promise.resolve(1),
    'a rejected promise': () => Promise.reject('e'),
    'a bad source': () => 5 as never,
    'a throw while it is subscribed': () =>
      new Observable(() => {
        throw 'e';
      }),
  };
  for (const [name, source] of Object.entries(sources)) {
    it(`after ${name}`, async () => {
      const controller = new CountedController();
      await Promise.allSettled([promiseFrom(source(), { signal: controller.signal })]);
      expect(controller.listeners).toBe(0);
    });
  }

  it('after its abort, and has one until then', async () => {
    const controller = new CountedController();
    const promise = promiseFrom(NEVER, { signal: controller.signal });
    expect(controller.listeners).toBe(1);
    controller.abort();
    expect(controller.listeners).toBe(0);
    expect(await reasonOf(promise)).toBe(controller.signal.reason);
  });
});

describe('Law 20: promiseFrom throws for a bad option, and rejects for a bad source', () => {
  for (const [name, options] of Object.entries({
    null: null,
    'a number': 5,
    'a string': 'signal',
    'signal: null': { signal: null },
    'signal: {}': { signal: {} },
    'a signal that is another EventTarget': { signal: new EventTarget() },
    'a signal that cannot be listened to': { signal: likeASignal({ aborted: false }) },
    'a signal that does not say whether it has aborted': { signal: likeASignal({ addEventListener: () => {} }) },
    'an AbortController for a signal': { signal: new AbortController() },
  })) {
    it(`throws for ${name}, and subscribes to nothing`, () => {
      let subscriptions = 0;
      const source = new Observable(() => {
        subscriptions++;
      });
      expect(() => promiseFrom(source, options as never)).toThrowError(TypeError, /promiseFrom.*(options|signal)/);
      expect(subscriptions).toBe(0);
    });
  }

  it('throws for a bad option also if the source is bad', () => {
    expect(() => promiseFrom(5 as never, { signal: 5 } as never)).toThrowError(TypeError, /signal/);
  });

  it('treats undefined as absent', async () => {
    expect(await promiseFrom(of(1), undefined)).toBe(1);
    expect(await promiseFrom(of(1), { signal: undefined })).toBe(1);
    expect(await promiseFrom(EMPTY, { signal: undefined, defaultValue: 2 })).toBe(2);
  });

  for (const source of [undefined, null, 5, true, {}, () => {}]) {
    it(`rejects for ${typeof source} ${JSON.stringify(source)}`, async () => {
      expect(await reasonOf(promiseFrom(source as never))).toBeInstanceOf(TypeError);
      expect(await reasonOf(promiseFrom(source as never, { defaultValue: 1 }))).toBeInstanceOf(TypeError);
    });
  }

  it('rejects with what subscribing throws', async () => {
    const source = new Observable(() => {
      throw 'e';
    });
    expect(await reasonOf(promiseFrom(source))).toBe('e');
  });
});

/** An object that only in part is what it says it is. */
function likeASignal(own: object): object {
  return Object.assign(Object.create({ [Symbol.toStringTag]: 'AbortSignal' }) as object, own);
}
