import { NEVER, Observable, of, Subject, timer, type Subscriber, type Subscription } from 'rxjs';
import { coalesced, coalescedAsync, inFlightCalls, type FlightConfig } from '../src/index.js';
import { CountedController } from './support/counted-listeners.js';
import { describeFaces } from './support/faces.js';
import { Steered } from './support/steered.js';

/** An object that can be collected: neither shared nor interned. */
const thing = (): object => ({});

async function expectAllCollected(gone: Record<string, WeakRef<object>>): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setTimeout(resolve));
    gc!();
  }
  const reachable = Object.keys(gone).filter((name) => gone[name]!.deref() !== undefined);
  expect(reachable).toEqual([]);
}

describe('Law 24: when all has ended, nothing is reachable', () => {
  interface Flown {
    readonly source: Subscriber<unknown>;
    readonly callers: Subscription[];
    readonly abort: (reason: unknown) => void;
    readonly forget: () => void;
  }

  const ends: Record<string, [end: (flown: Flown) => void, config?: FlightConfig]> = {
    completion: [({ source }) => source.complete()],
    'an error': [({ source }) => source.error(new Error('e'))],
    cancelling: [({ callers }) => callers.forEach((caller) => caller.unsubscribe())],
    'an abort': [({ abort }) => abort(new Error('stop'))],
    'forget, then completion': [
      ({ forget, source }) => {
        forget();
        source.complete();
      },
    ],
    'forget, then cancelling': [
      ({ forget, callers }) => {
        forget();
        callers.forEach((caller) => caller.unsubscribe());
      },
    ],
    'desertion, then completion': [
      ({ callers, source }) => {
        callers.forEach((caller) => caller.unsubscribe());
        source.complete();
      },
      { resetOnRefCountZero: false },
    ],
    'a notifier': [
      ({ callers }) => callers.forEach((caller) => caller.unsubscribe()),
      { resetOnRefCountZero: () => of(thing()) },
    ],
    'an abort while a notifier is awaited': [
      ({ callers, abort }) => {
        callers.forEach((caller) => caller.unsubscribe());
        abort('stop');
      },
      { resetOnRefCountZero: () => NEVER },
    ],
  };

  /** What a program may hold forever; a function of its own, since closures of one scope keep each other's variables alive. */
  function hold(config: FlightConfig | undefined) {
    // A source that never releases its subscriber.
    const sources: Subscriber<unknown>[] = [];
    const load = coalesced(
      function (this: object, ...call: [key: object, argument: object]): Observable<unknown> {
        const length = [this, ...call].length;
        return new Observable((subscriber) => {
          sources.push(subscriber);
          subscriber.next(length);
        });
      },
      { ...config, keyFn: (key) => key },
    );
    const callers: Subscription[] = [];
    const listener = load.inFlight.events.subscribe(() => {});
    return { sources, load, callers, listener };
  }

  /** Lets three callers share a flight until its end, and returns what must be collected. */
  function fly({ sources, load, callers }: ReturnType<typeof hold>, end: (flown: Flown) => void) {
    const self = thing();
    const key = thing();
    const argument = thing();
    const values = [thing(), thing(), thing()];
    const handlers = values.map(() => ({ next: () => {}, error: () => {}, complete: () => {} }));
    handlers.forEach((handler, index) => {
      callers.push(load.call(self, key, argument).subscribe(handler));
      sources[0]!.next(values[index]);
    });
    expect(load.inFlight.callers(key)).toBe(3);
    end({
      source: sources[0]!,
      callers,
      abort: (reason) => load.inFlight.abort(key, reason),
      forget: () => load.inFlight.forget(key),
    });
    expect(load.inFlight.size).toBe(0);

    const gone: Record<string, WeakRef<object>> = {
      this: new WeakRef(self),
      key: new WeakRef(key),
      argument: new WeakRef(argument),
    };
    values.forEach((value, index) => (gone[`value ${index + 1}`] = new WeakRef(value)));
    handlers.forEach((handler, index) => {
      gone[`handler of caller ${index + 1}`] = new WeakRef(handler);
      gone[`next() of caller ${index + 1}`] = new WeakRef(handler.next);
    });
    return gone;
  }

  for (const [how, [end, config]] of Object.entries(ends)) {
    it(`by ${how}: no key, argument, this, value or handler, though the function, its sources and subscriptions are held`, async () => {
      const held = hold(config);
      await expectAllCollected(fly(held, end));
      expect(held.callers.length).toBe(3);
    });
  }

  it('nor an error, a reason, or a key in an event', async () => {
    const play = () => {
      const inFlight = inFlightCalls<object, unknown>();
      const listener = inFlight.events.subscribe();
      const failure = thing();
      const reason = thing();
      const keys = [thing(), thing()];
      const subscribers: Subscriber<unknown>[] = [];
      const start = () => new Observable((subscriber) => void subscribers.push(subscriber));
      for (const key of keys) inFlight.join(key, start).subscribe({ error: () => {} });
      subscribers[0]!.error(failure);
      inFlight.abort(keys[1]!, reason);
      const gone: Record<string, WeakRef<object>> = {
        error: new WeakRef(failure),
        reason: new WeakRef(reason),
        'key of the error': new WeakRef(keys[0]!),
        'key of the abort': new WeakRef(keys[1]!),
      };
      return { held: [inFlight, listener, subscribers] as const, gone };
    };
    const { held, gone } = play();
    await expectAllCollected(gone);
    expect(held.length).toBe(3);
  });

  it('nor anything by a promise that never settles, after a cancel or an abort', async () => {
    const play = (promise: Promise<unknown>) => {
      const load = coalesced((key: object, argument: object) => (argument === key ? of(key) : promise), {
        keyFn: (key) => key,
      });
      const gone: Record<string, WeakRef<object>> = {};
      for (const end of ['cancel', 'abort'] as const) {
        const key = thing();
        const argument = thing();
        const handler = { next: () => {}, error: () => {} };
        const caller = load(key, argument).subscribe(handler);
        if (end === 'cancel') caller.unsubscribe();
        else load.inFlight.abort(key);
        gone[`${end}: key`] = new WeakRef(key);
        gone[`${end}: argument`] = new WeakRef(argument);
        gone[`${end}: handler`] = new WeakRef(handler);
      }
      return { load, gone };
    };
    const promise = new Promise(() => {});
    const { load, gone } = play(promise);
    await expectAllCollected(gone);
    expect(load.inFlight.size).toBe(0);
    expect(promise).toBeDefined();
  });

  it('nor anything of promise callers, by settling, cancelling or an abort', async () => {
    const play = async () => {
      const gone: Record<string, WeakRef<object>> = {};
      const load = coalescedAsync(
        (key: { value?: object }, { signal }: { signal?: AbortSignal } = {}) =>
          new Promise<object | undefined>((resolve, reject) => {
            if (key.value !== undefined) resolve(key.value);
            signal?.addEventListener('abort', () => reject(signal.reason));
          }),
        { keyFn: (key) => key },
      );
      const controllers: AbortController[] = [];
      for (const end of ['settle', 'cancel', 'abort'] as const) {
        const key = end === 'settle' ? { value: thing() } : {};
        const controller = new AbortController();
        controllers.push(controller);
        const answers = [load(key, { signal: controller.signal }), load(key, { signal: controller.signal })];
        const reason = thing();
        if (end === 'cancel') controller.abort('left');
        if (end === 'abort') load.inFlight.abort(key, reason);
        await Promise.allSettled(answers);
        gone[`${end}: key`] = new WeakRef(key);
        gone[`${end}: reason`] = new WeakRef(reason);
        if (key.value !== undefined) gone[`${end}: value`] = new WeakRef(key.value);
        answers.forEach((answer, index) => (gone[`${end}: promise ${index + 1}`] = new WeakRef(answer)));
      }
      return { held: [load, controllers] as const, gone };
    };
    const { held, gone } = await play();
    await expectAllCollected(gone);
    expect(held[0].inFlight.size).toBe(0);
  });
});

describe('Law 24: while a flight goes on', () => {
  it('a caller that has left is not reachable', async () => {
    const play = () => {
      const steered = new Steered();
      const load = coalesced(steered.start);
      const stays = load().subscribe();
      const handlers = [1, 2, 3].map(() => ({ next: () => {} }));
      const callers = handlers.map((handler) => load().subscribe(handler));
      steered.latest.next(1);
      for (const index of [1, 0, 2]) callers[index]!.unsubscribe();
      const gone: Record<string, WeakRef<object>> = {};
      handlers.forEach((handler, index) => {
        gone[`handler ${index + 1}`] = new WeakRef(handler);
        gone[`subscription ${index + 1}`] = new WeakRef(callers[index]!);
      });
      return { held: [load, steered, stays] as const, gone };
    };
    const { held, gone } = play();
    await expectAllCollected(gone);
    expect(held[1].teardowns).toEqual([0]);
  });

  for (const bufferSize of [0, 1, 3]) {
    it(`values that a late caller does not receive are not reachable: bufferSize ${bufferSize}`, async () => {
      const play = () => {
        const steered = new Steered();
        const load = coalesced(steered.start, { bufferSize });
        const callers = [load().subscribe()];
        const gone: Record<string, WeakRef<object>> = {};
        for (let number = 1; number <= 10; number++) {
          const value = thing();
          steered.latest.next(value);
          callers.push(load().subscribe());
          // The flight still holds the latest value, which the last round emitted.
          if (number <= 10 - Math.max(bufferSize, 1)) gone[`value ${number}`] = new WeakRef(value);
        }
        return { held: [load, steered, callers] as const, gone };
      };
      const { held, gone } = play();
      expect(Object.keys(gone).length).toBe(10 - Math.max(bufferSize, 1));
      await expectAllCollected(gone);
      expect(held[1].teardowns).toEqual([0]);
    });
  }

  it('a listener that has unsubscribed is not reachable', async () => {
    const play = () => {
      const inFlight = inFlightCalls<object, unknown>();
      const listener = { next: () => {} };
      const subscription = inFlight.events.subscribe(listener);
      const key = thing();
      inFlight.join(key, () => of(1)).subscribe();
      subscription.unsubscribe();
      const gone: Record<string, WeakRef<object>> = { listener: new WeakRef(listener), key: new WeakRef(key) };
      return { held: [inFlight, subscription] as const, gone };
    };
    const { held, gone } = play();
    await expectAllCollected(gone);
    expect(held[0].size).toBe(0);
  });
});

describeFaces('Law 24: what is left', (make) => {
  it('no key: after 10,000 flights of every end', () => {
    const { call, inFlight } = make((key) => {
      const end = (key as number) % 3;
      return end === 0 ? of(key) : end === 1 ? NEVER : new Observable((subscriber) => subscriber.error(key));
    });
    for (let key = 0; key < 10_000; key++) {
      const callers = [call(key), call(key)].map((observable) => observable.subscribe({ error: () => {} }));
      if (key % 5 === 0) inFlight.abort(key);
      if (key % 7 === 0) inFlight.forget(key);
      callers.forEach((caller) => caller.unsubscribe());
    }
    expect(inFlight.size).toBe(0);
    expect([...inFlight.keys()]).toEqual([]);
  });

  const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  const ends: Record<string, (steered: Steered, join: () => Subscription, abort: () => void) => void> = {
    'the flight completes': ({ latest }) => latest.complete(),
    'the flight is aborted': (_steered, _join, abort) => abort(),
    'somebody joins': (_steered, join) => join(),
  };
  for (const [when, end] of Object.entries(ends)) {
    it(`no timer of a notifier, once ${when}`, () => {
      const before = timers();
      const steered = new Steered();
      const { call, inFlight } = make(steered.start, { resetOnRefCountZero: () => timer(60_000) });
      call('k').subscribe().unsubscribe();
      expect(timers()).toBe(before + 1);
      end(
        steered,
        () => call('k').subscribe({ error: () => {} }),
        () => inFlight.abort('k'),
      );
      expect(timers()).toBe(before);
      inFlight.abort('k');
    });
  }

  it('no timer of its own', () => {
    const before = timers();
    const steered = new Steered();
    const { call, inFlight } = make(steered.start);
    const left = call('k').subscribe();
    call('k').subscribe({ error: () => {} });
    left.unsubscribe();
    steered.latest.next(1);
    inFlight.forget('k');
    call('k').subscribe({ error: () => {} });
    inFlight.abort('k', 'stop');
    steered.sources[0]!.complete();
    expect(timers()).toBe(before);
  });

  it('no observer of a source that goes on without its flight', () => {
    const source = new Subject();
    const { call, inFlight } = make(() => source);
    call('left').subscribe().unsubscribe();
    call('aborted').subscribe({ error: () => {} });
    inFlight.abort('aborted');
    const forgotten = call('forgotten').subscribe();
    inFlight.forget('forgotten');
    expect(source.observed).toBeTrue();
    forgotten.unsubscribe();
    expect(source.observed).toBeFalse();
  });
});

describe("Law 24: no listener is left on a caller's signal", () => {
  const ends: Record<string, (settle: () => void, abort: () => void, forget: () => void) => void> = {
    'the run settles': (settle) => settle(),
    'the flight is aborted': (_settle, abort) => abort(),
    'the flight is forgotten and settles': (settle, _abort, forget) => {
      forget();
      settle();
    },
  };
  for (const [when, end] of Object.entries(ends)) {
    it(`once ${when}`, async () => {
      const source = new Subject<string>();
      const load = coalescedAsync((_key: string, options?: { signal?: AbortSignal }) => (options ? source : source), {
        keyFn: (key) => key,
      });
      const controllers = [new CountedController(), new CountedController(), new CountedController()];
      const answers = controllers.map(({ signal }) => load('k', { signal }));
      expect(controllers.map(({ listeners }) => listeners)).toEqual([1, 1, 1]);
      controllers[1]!.abort('left');
      source.next('value');
      end(
        () => source.complete(),
        () => load.inFlight.abort('k'),
        () => load.inFlight.forget('k'),
      );
      await Promise.allSettled(answers);
      expect(controllers.map(({ listeners }) => listeners)).toEqual([0, 0, 0]);
      expect(source.observed).toBeFalse();
    });
  }
});
