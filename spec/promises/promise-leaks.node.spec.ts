import { NEVER, of, Subject, type ObservableInput } from 'rxjs';
import { coalesced, coalescedAsync, fromAbortable, inFlightCalls, promiseFrom } from '../../src/index.js';
import { deferred } from '../support/deferred.js';

/** Only what the call of a spec may keep alive. */
interface Kept {
  readonly holds: unknown;
  readonly refs: Readonly<Record<string, WeakRef<object>>>;
}

const ignore = (): void => {};
const big = (): { readonly bytes: Uint8Array } => ({ bytes: new Uint8Array(1000) });

/** Which of them are still reachable while `holds` is. */
async function reachable({ holds, refs }: Kept): Promise<string[]> {
  for (let round = 0; round < 10 && alive(refs).length > 0; round++) {
    // A WeakRef holds its target until the job is over.
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc!();
  }
  expect(holds).toBeDefined();
  return alive(refs);
}

const alive = (refs: Kept['refs']): string[] => Object.keys(refs).filter((name) => refs[name]!.deref() !== undefined);

describe('Law 24: no value is reachable when all has ended', () => {
  it('(what is held counts as reachable)', async () => {
    const value = big();
    expect(await reachable({ holds: value, refs: { value: new WeakRef(value) } })).toEqual(['value']);
    expect(await reachable({ holds: {}, refs: { value: new WeakRef(big()) } })).toEqual([]);
  });

  const kinds: Readonly<Record<string, <T>(value: T) => ObservableInput<T>>> = {
    'a promise': (value) => Promise.resolve(value),
    'an Observable': (value) => of(value),
  };

  for (const [kind, input] of Object.entries(kinds)) {
    it(`through a coalesced function of ${kind}, its registry and its listeners`, async () => {
      expect(
        await reachable(
          await (async (): Promise<Kept> => {
            const load = coalescedAsync((argument: object) => input({ argument, value: big() }), { keyFn: () => 'k' });
            const events = load.inFlight.events.subscribe();
            const argument = big();
            const result = await load(argument);
            await load(argument);
            return {
              holds: [load, events],
              refs: { argument: new WeakRef(argument), value: new WeakRef(result.value), result: new WeakRef(result) },
            };
          })(),
        ),
      ).toEqual([]);
    });

    it(`through a signal that lives on, of ${kind}`, async () => {
      expect(
        await reachable(
          await (async (): Promise<Kept> => {
            const load = coalescedAsync((options: { argument: object; signal: AbortSignal }) => input({ options }), {
              keyFn: () => 'k',
            });
            const { signal } = new AbortController();
            const options = { argument: big(), signal };
            const [result] = await Promise.all([load(options), load(options)]);
            return {
              holds: [load, signal],
              refs: {
                options: new WeakRef(options),
                received: new WeakRef(result.options),
                result: new WeakRef(result),
              },
            };
          })(),
        ),
      ).toEqual([]);
    });

    it(`through an Observable caller that joined, of ${kind}`, async () => {
      expect(
        await reachable(
          await (async (): Promise<Kept> => {
            const config = { inFlight: inFlightCalls<string, ReturnType<typeof big>>(), keyFn: () => 'k' };
            const load = coalescedAsync(() => input(big()), config);
            const held = coalesced(() => input(big()), config)();
            const call = load();
            const subscription = held.subscribe();
            const result = await call;
            return { holds: [load, held, subscription], refs: { result: new WeakRef(result) } };
          })(),
        ),
      ).toEqual([]);
    });
  }

  it('through a function that failed', async () => {
    expect(
      await reachable(
        await (async (): Promise<Kept> => {
          const load = coalescedAsync(() => Promise.reject(new Error('e')));
          const events = load.inFlight.events.subscribe();
          const reason = await load().catch((error: unknown) => error as Error);
          return { holds: [load, events], refs: { reason: new WeakRef(reason) } };
        })(),
      ),
    ).toEqual([]);
  });

  it("through a flight's signal that lives on", async () => {
    expect(
      await reachable(
        await (async (): Promise<Kept> => {
          const signals: AbortSignal[] = [];
          const load = coalescedAsync(
            (argument: object, signal: AbortSignal) => {
              signals.push(signal);
              return Promise.resolve({ argument });
            },
            { keyFn: () => 'k' },
          );
          const argument = big();
          const result = await load(argument, new AbortController().signal);
          return { holds: [load, signals], refs: { argument: new WeakRef(argument), result: new WeakRef(result) } };
        })(),
      ),
    ).toEqual([]);
  });

  it('through the options that fn received, which it keeps', async () => {
    expect(
      await reachable(
        await (async (): Promise<Kept> => {
          const kept: unknown[] = [];
          const load = coalescedAsync(
            (argument: object, options: { signal: AbortSignal }) => {
              kept.push(options);
              return Promise.resolve({ argument });
            },
            { keyFn: () => 'k' },
          );
          const argument = big();
          const result = await load(argument, { signal: new AbortController().signal });
          return { holds: [load, kept], refs: { argument: new WeakRef(argument), result: new WeakRef(result) } };
        })(),
      ),
    ).toEqual([]);
  });

  for (const ending of ['cancelled', 'aborted'] as const) {
    it(`through a run that never settles and was ${ending}`, async () => {
      expect(
        await reachable(
          await (async (): Promise<Kept> => {
            const run = deferred<object>();
            const load = coalescedAsync<(argument: object, signal: AbortSignal) => Promise<object>, string>(
              () => run.promise,
              {
                keyFn: () => 'k',
              },
            );
            const controller = new AbortController();
            const argument = big();
            const call = load(argument, controller.signal);
            const reason = new Error('e');
            if (ending === 'aborted') {
              load.inFlight.abort('k', reason);
            } else {
              controller.abort();
            }
            await call.catch(ignore);
            return {
              holds: [load, run],
              refs: {
                argument: new WeakRef(argument),
                call: new WeakRef(call),
                signal: new WeakRef(controller.signal),
                reason: new WeakRef(reason),
              },
            };
          })(),
        ),
      ).toEqual([]);
    });

    it(`through a source that goes on and was left when ${ending}`, async () => {
      expect(
        await reachable(
          await (async (): Promise<Kept> => {
            const source = new Subject<object>();
            const load = coalescedAsync<(signal: AbortSignal) => Subject<object>, string>(() => source, {
              keyFn: () => 'k',
            });
            const controller = new AbortController();
            const call = load(controller.signal);
            const value = big();
            source.next(value);
            if (ending === 'aborted') {
              load.inFlight.abort('k', 'r');
            } else {
              controller.abort();
            }
            await call.catch(ignore);
            return {
              holds: [load, source, controller],
              refs: { value: new WeakRef(value), call: new WeakRef(call) },
            };
          })(),
        ),
      ).toEqual([]);
    });
  }

  it('through a run that never settles, whose callers without a signal were aborted', async () => {
    expect(
      await reachable(
        await (async (): Promise<Kept> => {
          const run = deferred<object>();
          const load = coalescedAsync<(argument: object) => Promise<object>, string>(() => run.promise, {
            keyFn: () => 'k',
          });
          const argument = big();
          const call = load(argument);
          const reason = new Error('e');
          load.inFlight.abort('k', reason);
          await call.catch(ignore);
          return {
            holds: [load, run],
            refs: { argument: new WeakRef(argument), call: new WeakRef(call), reason: new WeakRef(reason) },
          };
        })(),
      ),
    ).toEqual([]);
  });

  it('through a run that never settles, which was aborted as a caller without a signal joined', async () => {
    expect(
      await reachable(
        await (async (): Promise<Kept> => {
          const run = deferred<object>();
          const inFlight = inFlightCalls<string, object>();
          const load = coalescedAsync(() => run.promise, { inFlight, keyFn: () => 'k' });
          inFlight.join('k', () => run.promise).subscribe({ error: ignore });
          const reason = new Error('e');
          const listener = inFlight.events.subscribe(() => inFlight.abort('k', reason));
          const call = load();
          listener.unsubscribe();
          await expectAsync(call).toBeRejectedWith(reason);
          return { holds: [load, run], refs: { call: new WeakRef(call) } };
        })(),
      ),
    ).toEqual([]);
  });

  it('through a caller that has left a flight that goes on', async () => {
    expect(
      await reachable(
        await (async (): Promise<Kept> => {
          const load = coalescedAsync<(signal?: AbortSignal) => typeof NEVER, string>(() => NEVER, {
            keyFn: () => 'k',
          });
          void load();
          const controller = new AbortController();
          const call = load(controller.signal);
          controller.abort();
          await call.catch(ignore);
          expect(load.inFlight.callers('k')).toBe(1);
          return {
            holds: load,
            refs: {
              call: new WeakRef(call),
              signal: new WeakRef(controller.signal),
              controller: new WeakRef(controller),
            },
          };
        })(),
      ),
    ).toEqual([]);
  });

  it('through a forgotten flight', async () => {
    expect(
      await reachable(
        await (async (): Promise<Kept> => {
          const load = coalescedAsync(() => Promise.resolve(big()));
          const call = load();
          load.inFlight.forgetAll();
          return { holds: load, refs: { value: new WeakRef(await call), call: new WeakRef(call) } };
        })(),
      ),
    ).toEqual([]);
  });

  it('through promiseFrom that has resolved, and fromAbortable', async () => {
    expect(
      await reachable(
        await (async (): Promise<Kept> => {
          const { signal } = new AbortController();
          const signals: AbortSignal[] = [];
          const source = fromAbortable((its) => {
            signals.push(its);
            return Promise.resolve(big());
          });
          const value = await promiseFrom(source, { signal });
          return { holds: [signal, signals, source], refs: { value: new WeakRef(value) } };
        })(),
      ),
    ).toEqual([]);
  });

  it('through promiseFrom that was aborted', async () => {
    expect(
      await reachable(
        await (async (): Promise<Kept> => {
          const controller = new AbortController();
          const source = new Subject<object>();
          const call = promiseFrom(source, { signal: controller.signal });
          const value = big();
          source.next(value);
          controller.abort();
          await call.catch(ignore);
          return { holds: [controller, source], refs: { value: new WeakRef(value), call: new WeakRef(call) } };
        })(),
      ),
    ).toEqual([]);
  });
});
