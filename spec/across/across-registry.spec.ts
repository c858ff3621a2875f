import { firstValueFrom, from, lastValueFrom, Observable, of, Subject } from 'rxjs';
import { AcrossRegistry } from '../../src/across/across-registry.js';
import type { AcrossConfig } from '../../src/across/across-config.js';
import { coalesceBy, coalesced, coalescedAsync, type FlightConfig, type FlightEvent } from '../../src/index.js';
import { MemoryMedium } from '../support/memory-medium.js';

class User {
  constructor(readonly name: string) {}
}

describe('A registry across participants', () => {
  let medium: MemoryMedium;

  beforeEach(() => {
    medium = new MemoryMedium();
  });

  function participant(config: AcrossConfig = {}) {
    const wire = medium.wire();
    const registry = new AcrossRegistry<unknown, unknown>('spec', config, wire);
    const events: FlightEvent<unknown>[] = [];
    registry.events.subscribe((event) => events.push(event));
    let torn = 0;
    /** A run that a subject controls. */
    function call(key: unknown, source: Subject<unknown>, config: FlightConfig = {}) {
      const log: unknown[] = [];
      const start = (): Observable<unknown> =>
        new Observable((subscriber) => {
          source.subscribe(subscriber);
          return () => torn++;
        });
      const subscription = registry.join(key, start, config).subscribe({
        next: (value) => log.push(value),
        error: (error: unknown) => log.push('error', error),
        complete: () => log.push('complete'),
      });
      return { log, leave: () => subscription.unsubscribe() };
    }
    return {
      wire,
      registry,
      events,
      call,
      course: () => events.map(({ type, callers }) => `${type} ${callers}`).join(', '),
      get torn() {
        return torn;
      },
    };
  }

  /** Resolves when nothing is in progress any more. */
  async function quiet(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) {
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  /** Resolves when all messages have arrived, and nobody holds a key or listens. */
  async function nothingIsLeft(): Promise<void> {
    await quiet();
    expect([...medium.keys.keys()]).toEqual([]);
    expect(medium.participants).toBe(0);
  }

  it('asks the medium once per flight, however many callers there are (law 29)', async () => {
    const { call } = participant();
    const source = new Subject<unknown>();
    const calls = Array.from({ length: 100 }, () => call('key', source));
    await quiet();
    source.next('value');
    source.complete();
    await quiet();
    expect(calls.every(({ log }) => log.join() === 'value,complete')).toBe(true);
    expect(medium.log).toEqual(['claim', 'free']);
    await nothingIsLeft();
  });

  it('runs once for the callers of all participants (law 30), who are notified of the same from the first value (law 31)', async () => {
    const [one, two, three] = [participant(), participant(), participant()];
    const source = new Subject<unknown>();
    const leader = one.call('key', source);
    await quiet();
    source.next({ n: 1 });
    const follower = two.call('key', new Subject());
    await quiet();
    source.next({ n: 2 });
    const late = three.call('key', new Subject());
    await quiet();
    source.next({ n: 3 });
    source.complete();
    await quiet();
    const all = [{ n: 1 }, { n: 2 }, { n: 3 }, 'complete'];
    expect([leader.log, follower.log, late.log]).toEqual([all, all, all]);
    expect(one.course()).toBe('start 1, lead 1, complete 1');
    expect(two.course()).toBe('start 1, follow 1, complete 1');
    const follow = two.events.find(({ type }) => type === 'follow');
    expect(follow).toEqual({ type: 'follow', key: 'key', flight: 1, callers: 1, leader: one.wire.participant });
    await nothingIsLeft();
  });

  it('replays only the latest values to a late caller if bufferSize is finite, and misses no later value', async () => {
    const [one, two] = [participant(), participant()];
    const source = new Subject<unknown>();
    one.call('key', source, { bufferSize: 1 });
    await quiet();
    source.next(1);
    source.next(2);
    const late = two.call('key', new Subject(), { bufferSize: 1 });
    await quiet();
    source.next(3);
    source.complete();
    await quiet();
    expect(late.log).toEqual([2, 3, 'complete']);
  });

  it('gives its own callers the original, and the others an equal copy (law 37)', async () => {
    const [one, two] = [participant(), participant()];
    const source = new Subject<unknown>();
    const { log } = one.call('key', source);
    const other = two.call('key', source);
    await quiet();
    const value = { list: [1, new Date(2)] };
    source.next(value);
    await quiet();
    expect(log[0]).toBe(value);
    expect(other.log[0]).toEqual(value);
    expect(other.log[0]).not.toBe(value);
    source.complete();
    await nothingIsLeft();
  });

  for (const [face, call] of Object.entries({
    coalesced: (inFlight: AcrossRegistry<any, any>, run: () => Observable<unknown>) =>
      lastValueFrom(coalesced(run, { inFlight })()),
    'coalescedAsync, without a signal': (inFlight: AcrossRegistry<any, any>, run: () => Observable<unknown>) =>
      coalescedAsync(run, { inFlight })(),
    'coalescedAsync, with a signal': (inFlight: AcrossRegistry<any, any>, run: () => Observable<unknown>) =>
      coalescedAsync(({ signal }: { signal: AbortSignal }) => (signal.aborted ? [] : run()), { inFlight })({
        signal: new AbortController().signal,
      }),
    coalesceBy: (inFlight: AcrossRegistry<any, any>, run: () => Observable<unknown>) =>
      lastValueFrom(from(['key']).pipe(coalesceBy(() => 'key', run, { inFlight }))),
  })) {
    it(`serves ${face}`, async () => {
      const participants = [participant(), participant(), participant()];
      let runs = 0;
      const answers = await Promise.all(
        participants.map(({ registry }) =>
          call(registry, () => {
            runs++;
            return new Observable((subscriber) => {
              const timer = setTimeout(() => {
                subscriber.next('answer');
                subscriber.complete();
              }, 50);
              return () => clearTimeout(timer);
            });
          }),
        ),
      );
      expect(answers).toEqual(['answer', 'answer', 'answer']);
      expect(runs).toBe(1);
      await nothingIsLeft();
    });
  }

  it('frees the key everywhere before anyone is notified of the end (law 32)', async () => {
    const [one, two] = [participant(), participant()];
    const source = new Subject<unknown>();
    const held: number[] = [];
    one.registry.join('key', () => source).subscribe({ complete: () => held.push(medium.keys.size) });
    two.registry.join('key', () => source).subscribe({ complete: () => held.push(medium.keys.size) });
    await quiet();
    source.complete();
    await quiet();
    expect(held).toEqual([0, 0]);
  });

  it('lets anyone leave, and cancels the run when the last caller has left, in whichever participant (law 33)', async () => {
    const [one, two] = [participant(), participant()];
    const source = new Subject<unknown>();
    const leader = one.call('key', source);
    await quiet();
    const follower = two.call('key', source);
    await quiet();
    leader.leave();
    await quiet();
    expect(one.course()).toBe('start 1, lead 1, leave 0, cancel 0');
    expect([one.torn, source.observed]).toEqual([0, true]);
    source.next('on');
    await quiet();
    expect(follower.log).toEqual(['on']);
    follower.leave();
    await quiet();
    expect([one.torn, source.observed]).toEqual([1, false]);
    await nothingIsLeft();
  });

  it('joins a run of its own that goes on for others alone', async () => {
    const [one, two] = [participant(), participant()];
    const source = new Subject<unknown>();
    const leader = one.call('key', source);
    await quiet();
    two.call('key', source);
    await quiet();
    leader.leave();
    source.next(1);
    const back = one.call('key', new Subject());
    await quiet();
    source.next(2);
    source.complete();
    await quiet();
    expect(back.log).toEqual([1, 2, 'complete']);
    await nothingIsLeft();
  });

  it("uses the leader's resetOnRefCountZero, wherever the last caller leaves (law 33)", async () => {
    const [one, two] = [participant(), participant()];
    const source = new Subject<unknown>();
    const notifier = new Subject<unknown>();
    const leader = one.call('key', source, { resetOnRefCountZero: () => notifier });
    await quiet();
    const follower = two.call('key', source, { resetOnRefCountZero: false });
    await quiet();
    leader.leave();
    await quiet();
    expect(notifier.observed).toBe(false);
    follower.leave();
    await quiet();
    expect(two.course()).toBe('start 1, follow 1, leave 0, cancel 0');
    expect([notifier.observed, one.torn, one.registry.has('key')]).toEqual([true, 0, true]);
    notifier.next(0);
    expect([notifier.observed, one.torn, one.registry.has('key')]).toEqual([false, 1, false]);
    await nothingIsLeft();
  });

  it('cancels at once if the notifier of resetOnRefCountZero emits at once (law 33)', async () => {
    const one = participant();
    const source = new Subject<unknown>();
    const { leave } = one.call('key', source, { resetOnRefCountZero: () => of('now') });
    await quiet();
    leave();
    expect(one.course()).toBe('start 1, lead 1, leave 0, cancel 0');
    expect([one.torn, one.registry.has('key')]).toEqual([1, false]);
    await nothingIsLeft();
  });

  it('lets a run go on without callers, and others join it, if the leader is configured so', async () => {
    const [one, two] = [participant(), participant()];
    const source = new Subject<unknown>();
    one.call('key', source, { resetOnRefCountZero: false }).leave();
    await quiet();
    source.next(1);
    const follower = two.call('key', new Subject());
    await quiet();
    source.complete();
    await quiet();
    expect(follower.log).toEqual([1, 'complete']);
    expect(one.course()).toBe('start 1, leave 0, lead 0, complete 0');
    await nothingIsLeft();
  });

  it("aborts the signal of the run when the last caller has left, not when the leader's own callers have (law 33)", async () => {
    const [one, two] = [participant(), participant()];
    let signal: AbortSignal | undefined;
    const loads = [one, two].map(({ registry }) =>
      coalescedAsync((options: { signal: AbortSignal }) => new Promise(() => (signal = options.signal)), {
        inFlight: registry,
      }),
    );
    const controllers = [new AbortController(), new AbortController()];
    const calls: Promise<unknown>[] = [];
    for (const [index, load] of loads.entries()) {
      calls.push(load({ signal: controllers[index]!.signal }).catch((error: unknown) => error));
      await quiet();
    }
    controllers[0]!.abort();
    await quiet();
    expect(signal?.aborted).toBe(false);
    controllers[1]!.abort();
    await quiet();
    expect(signal?.aborted).toBe(true);
    expect(await Promise.all(calls)).toEqual(controllers.map((controller) => controller.signal.reason as unknown));
    await nothingIsLeft();
  });

  it('replaces a leader that dies by exactly one of those who have received no value (law 34)', async () => {
    const one = participant();
    const waiting = Array.from({ length: 12 }, () => participant());
    one.call('key', new Subject());
    await quiet();
    const source = new Subject<unknown>();
    const calls = waiting.map(({ call }) => call('key', source));
    await quiet();
    medium.kill(one.wire.participant);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await quiet();
    source.next('value');
    source.complete();
    await quiet();
    expect(calls.map(({ log }) => log.join())).toEqual(Array(12).fill('value,complete'));
    expect(waiting.filter(({ course }) => course().includes('lead')).length).toBe(1);
  });

  it('fails if its leader dies after it has received values (law 34)', async () => {
    const [one, two] = [participant(), participant()];
    const source = new Subject<unknown>();
    one.call('key', source);
    const follower = two.call('key', source);
    await quiet();
    source.next(1);
    await quiet();
    medium.kill(one.wire.participant);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await quiet();
    expect(follower.log).toEqual([1, 'error', jasmine.objectContaining({ name: 'LeaderLostError' })]);
    expect(two.torn).toBe(0);
  });

  it('runs apart at once if the medium refuses, and finds out later whether it is back (law 36)', async () => {
    const { wire, call, course, events } = participant({ patience: 2000 });
    const claim = spyOn(wire, 'claim').and.rejectWith(new Error('OOM command not allowed'));
    for (let n = 0; n < 3; n++) {
      const source = new Subject<unknown>();
      const { log } = call(n, source);
      await quiet();
      source.next(n);
      source.complete();
      await quiet();
      expect(log).toEqual([n, 'complete']);
    }
    expect(claim).toHaveBeenCalledTimes(1);
    expect(events.filter(({ type }) => type === 'apart')).toEqual(
      [0, 1, 2].map((key) => jasmine.objectContaining({ key, error: new Error('OOM command not allowed') }) as never),
    );
    claim.and.callThrough();
    await new Promise((resolve) => setTimeout(resolve, 2050));
    call('again', new Subject()).leave();
    await quiet();
    expect(claim).toHaveBeenCalledTimes(2);
    expect(course()).toContain('cancel');
  });

  it('does not make a call wait that is made, inside a next, by a function that runs apart at once (law 6)', async () => {
    const { registry } = participant();
    await registry.close();
    const outer = new Subject<unknown>();
    registry
      .join('outer', () => outer)
      .subscribe(() => {
        const start = (): Observable<unknown> => {
          registry.join('outer', () => outer).subscribe();
          return from([registry.callers('outer')]);
        };
        registry.join('inner', start).subscribe((callers) => callersSeen.push(callers));
      });
    const callersSeen: unknown[] = [];
    outer.next('value');
    expect(callersSeen).toEqual([2]);
    outer.complete();
  });

  it('runs apart after its patience if the leader cannot be found (law 36)', async () => {
    const { call, events } = participant({ patience: 50 });
    medium.keys.set('\x83key', 'nobody.flight');
    const source = new Subject<unknown>();
    const { log } = call('key', source);
    await new Promise((resolve) => setTimeout(resolve, 150));
    source.next(1);
    expect(log).toEqual([1]);
    expect(events.at(-1)).toEqual(
      jasmine.objectContaining({ type: 'apart', error: new Error('No leader was found within 50 ms') }) as never,
    );
  });

  it('lets callers run apart that wait for a value that cannot be sent, and names the value (law 37)', async () => {
    const [one, two] = [participant(), participant()];
    const source = new Subject<unknown>();
    const leader = one.call('key', source);
    await quiet();
    const own = new Subject<unknown>();
    const follower = two.call('key', own);
    await quiet();
    source.next({ owner: new User('Ada') });
    source.complete();
    await quiet();
    own.next('own');
    expect(leader.log).toEqual([{ owner: new User('Ada') }, 'complete']);
    expect(follower.log).toEqual(['own']);
    const apart = two.events.at(-1) as { error: Error };
    expect(apart.error.message).toBe('value.owner is an instance of User: pass a codec');
    own.complete();
    await nothingIsLeft();
  });

  it('sends by a codec what plain data cannot express', async () => {
    const codec = {
      encode: (value: unknown) => (value instanceof User ? { user: value.name } : value),
      decode: (data: unknown) =>
        typeof data === 'object' && data !== null && 'user' in data ? new User(String(data.user)) : data,
    };
    const [one, two] = [participant({ codec }), participant({ codec })];
    const source = new Subject<unknown>();
    one.call('key', source);
    const follower = two.call('key', source);
    await quiet();
    source.next(new User('Ada'));
    source.error(new RangeError('no more'));
    await quiet();
    expect(follower.log).toEqual([new User('Ada'), 'error', new RangeError('no more')]);
    await nothingIsLeft();
  });

  for (const thrown of [new TypeError('broken'), 0, undefined, 'text', { status: 500 }]) {
    it(`passes on what the run throws: ${describeThrown(thrown)}`, async () => {
      const [one, two] = [participant(), participant()];
      const source = new Subject<unknown>();
      const leader = one.call('key', source);
      const follower = two.call('key', source);
      await quiet();
      source.error(thrown);
      await quiet();
      expect(leader.log[1]).toBe(thrown);
      expect(follower.log).toEqual(['error', thrown]);
      expect(medium.log.filter((asked) => asked === 'claim').length).toBe(2);
      await nothingIsLeft();
    });
  }

  it('joins no older run after a forget, wherever that runs, also if nothing was in flight (law 38)', async () => {
    const [one, two] = [participant(), participant()];
    const old = new Subject<unknown>();
    const leader = one.call('key', old);
    await quiet();
    expect(two.registry.forget('key')).toBe(false);
    const fresh = new Subject<unknown>();
    const { log } = two.call('key', fresh);
    await quiet();
    old.next('old');
    fresh.next('fresh');
    await quiet();
    expect([leader.log, log]).toEqual([['old'], ['fresh']]);
    expect(one.registry.forget('key')).toBe(true);
    old.complete();
    fresh.complete();
    await nothingIsLeft();
  });

  it('ends a flight for all by abort, from a follower and from a participant that has no part in it (law 38)', async () => {
    const reason = new RangeError('enough');
    for (const who of [1, 2]) {
      const all = [participant(), participant(), participant()];
      const calls = [all[0]!.call('key', new Subject())];
      await quiet();
      calls.push(all[1]!.call('key', new Subject()));
      await quiet();
      expect(all[who]!.registry.abort('key', reason)).toBe(who === 1);
      await quiet();
      expect(calls.map(({ log }) => log)).toEqual([
        ['error', reason],
        ['error', reason],
      ]);
      expect(all[0]!.course()).toBe('start 1, lead 1, abort 1');
      expect(all[1]!.course()).toBe('start 1, follow 1, abort 1');
      expect(all[0]!.torn).toBe(1);
      await nothingIsLeft();
    }
  });

  it('withdraws by close(): goes on for its own callers, drops the others, and runs apart from then on (law 39)', async () => {
    const [one, two] = [participant(), participant()];
    const led = new Subject<unknown>();
    const leader = one.call('led', led);
    two.call('followed', new Subject());
    await quiet();
    const successor = new Subject<unknown>();
    const follower = two.call('led', successor);
    const followed = new Subject<unknown>();
    const apart = one.call('followed', followed);
    await quiet();
    await one.registry[Symbol.asyncDispose]();
    await quiet();
    led.next('for its own');
    successor.next('for the others');
    followed.next('by itself');
    await quiet();
    expect([leader.log, follower.log, apart.log]).toEqual([['for its own'], ['for the others'], ['by itself']]);
    const later = new Subject<unknown>();
    const { log } = one.call('later', later);
    later.next('apart');
    expect(log).toEqual(['apart']);
    expect((one.events.at(-1) as { error: Error }).error.message).toBe('The registry was closed');
    await one.registry.close();
  });

  for (const [how, end] of Object.entries({
    'makes the last caller leave': (_registry: AcrossRegistry<unknown, unknown>, leave: () => void) => leave(),
    'aborts the flight': (registry: AcrossRegistry<unknown, unknown>) => registry.abort('key'),
    'forgets the flight, and makes the last caller leave': (
      registry: AcrossRegistry<unknown, unknown>,
      leave: () => void,
    ) => {
      registry.forget('key');
      leave();
    },
  })) {
    it(`leaves nothing if a listener of "lead" ${how} (law 39)`, async () => {
      const { registry, call, course } = participant();
      const source = new Subject<unknown>();
      registry.events.subscribe(({ type }) => type === 'lead' && end(registry, () => one.leave()));
      const one = call('key', source);
      await quiet();
      expect(course()).toMatch(/^start 1, lead 1, .*(cancel 0|abort 1)$/);
      expect([source.observed, registry.size]).toEqual([false, 0]);
      await nothingIsLeft();
    });
  }

  it('drops messages that it cannot read, and harms nobody (law 40)', async () => {
    const [one, two] = [participant(), participant()];
    const source = new Subject<unknown>();
    one.call('key', source);
    await quiet();
    const follower = two.call('key', source);
    await quiet();
    const [flight] = [...medium.keys.values()];
    const stranger = medium.wire();
    stranger.open('stranger', () => undefined);
    const nonsense: unknown[] = [
      undefined,
      null,
      0,
      'news',
      {},
      [],
      [2, 'news', flight, 1, 0, 1, [[9]]],
      [1, '__proto__', '__proto__', 1],
    ];
    for (const type of ['ask', 'have', 'leave', 'news', 'gone', 'abort', 'constructor']) {
      for (const rest of [
        [],
        [flight],
        [flight, 1],
        [flight, -1, 0],
        [flight, 1, 0, 1, [['forged']], [1, 'complete']],
        ['unknown', 1, 0],
      ]) {
        nonsense.push([1, type, ...rest]);
      }
    }
    for (const message of nonsense) {
      for (const { wire } of [one, two]) {
        stranger.send(wire.participant, message as unknown[]);
      }
    }
    await quiet();
    stranger.rest();
    source.next('value');
    source.complete();
    await quiet();
    expect(follower.log).toEqual(['value', 'complete']);
    await nothingIsLeft();
  });

  it('refuses keys that differ in each process, with an error to their callers alone (law 30)', async () => {
    const { call, registry } = participant();
    const { log } = call(Symbol('mine'), new Subject());
    expect(log).toEqual(['error', jasmine.any(TypeError)]);
    await expectAsync(
      firstValueFrom(
        registry.join(
          () => 0,
          () => new Subject(),
        ),
      ),
    ).toBeRejectedWithError(TypeError);
    expect(registry.size).toBe(0);
    expect(registry.forget(Symbol('mine'))).toBe(false);
    expect(medium.log).toEqual([]);
  });

  for (const [config, message] of [
    [{ patience: -1 }, 'webInFlightCalls: expected "patience" to be a number of at least 0, got -1'],
    [{ patience: '1' }, 'webInFlightCalls: expected "patience" to be a number of at least 0, got "1"'],
    [{ codec: {} }, 'webInFlightCalls: expected "codec.encode" to be a function, got undefined'],
    [{ codec: null }, 'webInFlightCalls: expected "codec" to be an object, got null'],
    [null, 'webInFlightCalls: expected "config" to be an object, got null'],
  ] as const) {
    it(`refuses a wrong configuration: ${message}`, () => {
      expect(() => new AcrossRegistry('webInFlightCalls', config as AcrossConfig, medium.wire())).toThrowError(
        TypeError,
        message,
      );
    });
  }
});

function describeThrown(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : `${typeof thrown} ${JSON.stringify(thrown)}`;
}
