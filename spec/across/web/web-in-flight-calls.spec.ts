import { Observable, of, Subject, timer, map } from 'rxjs';
import { coalescedAsync, type FlightEvent } from '../../../src/index.js';
import { webInFlightCalls } from '../../../src/across/web/index.js';
import { until } from '../../support/until.js';

const locks = (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;

/** Two registries of one name in one thread are two participants: what they share goes by real locks and a real channel. */
describe('webInFlightCalls', () => {
  let name = '';
  let names = 0;
  let runs: number;
  let torn: number;
  const registries: { close(): Promise<void> }[] = [];

  beforeEach(() => {
    if (locks === undefined) {
      pending('no Web Locks here');
    }
    name = `spec ${++names} ${Math.random()}`;
    runs = torn = 0;
  });
  afterEach(() => Promise.all(registries.splice(0).map((registry) => registry.close())));

  const held = async (): Promise<number> => {
    const { held = [], pending = [] } = await locks!.query();
    return [...held, ...pending].filter((lock) => lock.name?.includes(name)).length;
  };

  function participant(own: { name?: string; locks?: LockManager } = {}) {
    const registry = webInFlightCalls<unknown, unknown>(own.name ?? name, own.locks ? { locks: own.locks } : {});
    registries.push(registry);
    const types: string[] = [];
    registry.events.subscribe(({ type }: FlightEvent<unknown>) => types.push(type));
    function call(source: Observable<unknown>, key: unknown = 'key') {
      const log: unknown[] = [];
      const start = (): Observable<unknown> => {
        runs++;
        return new Observable((subscriber) => {
          source.subscribe(subscriber);
          return () => torn++;
        });
      };
      const subscription = registry.join(key, start).subscribe({
        next: (value) => log.push(value),
        error: (error: unknown) => log.push(error),
        complete: () => log.push('complete'),
      });
      return { log, leave: () => subscription.unsubscribe() };
    }
    return { registry, types, call };
  }

  /** A leader, and another that follows it. */
  async function flight(source: Observable<unknown>) {
    const [one, two] = [participant(), participant()];
    const leader = one.call(source);
    await until(() => one.types.includes('lead'));
    const follower = two.call(source);
    await until(() => two.types.includes('follow'));
    return { one, two, leader, follower };
  }

  it('shares one run, and replays to a late caller from the first value (laws 30 and 31)', async () => {
    const source = new Subject<unknown>();
    const { leader, follower } = await flight(source);
    source.next({ page: 1 });
    const third = participant();
    const late = third.call(source);
    await until(() => late.log.length === 1);
    source.next(new Map([[2, new Date(0)]]));
    source.complete();
    const calls = [leader, follower, late];
    await until(() => calls.every(({ log }) => log.length === 3));
    expect(calls.map(({ log }) => log)).toEqual(Array(3).fill([{ page: 1 }, new Map([[2, new Date(0)]]), 'complete']));
    expect([runs, torn]).toEqual([1, 1]);
  });

  it('shares nothing between names, nor between keys that differ in type (law 30)', async () => {
    const parts = [participant(), participant(), participant({ name: `${name}/key` })];
    const slow = (): Observable<unknown> => timer(100).pipe(map(() => 'answer'));
    const calls = [
      parts[0]!.call(slow(), 1),
      parts[1]!.call(slow(), '1'),
      parts[2]!.call(slow(), 1),
      parts[1]!.call(slow(), 'other'),
    ];
    await until(() => calls.every(({ log }) => log.length === 2));
    expect(runs).toBe(4);
  });

  it('cancels the run when the last caller has left, in whichever participant (law 33)', async () => {
    const source = new Subject<unknown>();
    const { leader, follower } = await flight(source);
    leader.leave();
    source.next('on');
    await until(() => follower.log.length === 1);
    expect(torn).toBe(0);
    follower.leave();
    await until(() => torn === 1);
    expect(source.observed).toBeFalse();
  });

  it('forgets and aborts everywhere, from a participant that has no part in the flight (law 38)', async () => {
    const source = new Subject<unknown>();
    const { leader, follower } = await flight(source);
    const third = participant();
    third.registry.forget('key');
    const fresh = third.call(of('fresh'));
    await until(() => fresh.log.length === 2);
    expect(runs).toBe(2);
    source.next('old');
    await until(() => follower.log.length === 1);
    expect([leader.log, fresh.log]).toEqual([['old'], ['fresh', 'complete']]);
    leader.leave();
    follower.leave();
    await until(() => torn === 2);

    const again = await flight(new Subject());
    third.registry.abort('key', new RangeError('enough'));
    await until(() => again.leader.log.length + again.follower.log.length === 2);
    expect([...again.leader.log, ...again.follower.log]).toEqual(Array(2).fill(new RangeError('enough')));
  });

  it('serves promise functions, each caller with its own signal (law 17)', async () => {
    const signals: AbortSignal[] = [];
    const answers = new Subject<unknown>();
    const loads = [participant(), participant()].map(({ registry, types }) => ({
      types,
      load: coalescedAsync(
        (_id: number, { signal }: { signal: AbortSignal }) => {
          signals.push(signal);
          return answers;
        },
        { inFlight: registry },
      ),
    }));
    const controllers = loads.map(() => new AbortController());
    const calls = [];
    for (const [index, { load, types }] of loads.entries()) {
      calls.push(load(7, { signal: controllers[index]!.signal }).catch((error: unknown) => error));
      await until(() => types.includes('lead') || types.includes('follow'));
    }
    controllers[0]!.abort('gave up');
    expect(await calls[0]).toBe('gave up');
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    answers.next('answer');
    answers.complete();
    expect(await calls[1]).toBe('answer');
  });

  it('holds no lock when nothing is in flight (law 39)', async () => {
    const source = new Subject<unknown>();
    const { leader, follower } = await flight(source);
    expect(await held()).toBeGreaterThan(0);
    source.complete();
    await until(() => leader.log.length + follower.log.length === 2);
    await until(async () => (await held()) === 0);
  });

  it('replaces a leader whose frame is removed, by one that has received no value (law 34)', async () => {
    if (typeof document === 'undefined') {
      pending('frames are for browsers');
    }
    const frame = document.body.appendChild(document.createElement('iframe'));
    const one = participant({ locks: frame.contentWindow!.navigator.locks });
    const two = participant();
    one.call(new Subject());
    await until(() => one.types.includes('lead'));
    const source = new Subject<unknown>();
    const follower = two.call(source);
    await until(() => two.types.includes('follow'));
    // The locks of a page go with it.
    frame.remove();
    await until(() => two.types.includes('lead'));
    source.next('value');
    source.complete();
    await until(() => follower.log.length === 2);
    expect([follower.log, runs]).toEqual([['value', 'complete'], 2]);
  });

  describe('in a page that the browser keeps for going back', () => {
    type Turn = (event: { type: string; persisted: boolean }) => void;
    /** What each participant has asked its page to call, in the order in which they came. */
    let pages: Turn[];

    beforeEach(() => {
      pages = [];
      const addEventListener = (type: string, turn: Turn): void => {
        if (type === 'pagehide' && !pages.includes(turn)) {
          pages.push(turn);
        }
      };
      Object.assign(globalThis, { addEventListener });
    });
    afterEach(() => Reflect.deleteProperty(globalThis, 'addEventListener'));

    const hide = (turn: Turn | undefined): void => turn?.({ type: 'pagehide', persisted: true });
    const show = (turn: Turn | undefined): void => turn?.({ type: 'pageshow', persisted: true });

    it('is gone for the others: they replace it as a leader, and it goes on for its own callers (laws 34 and 35)', async () => {
      const source = new Subject<unknown>();
      const { one, two, leader, follower } = await flight(source);
      hide(pages[0]);
      await until(() => two.types.includes('lead'));
      show(pages[0]);
      source.next('value');
      source.complete();
      const calls = [leader, follower];
      await until(() => calls.every(({ log }) => log.length === 2));
      expect(calls.map(({ log }) => log)).toEqual(Array(2).fill(['value', 'complete']));
      expect([runs, one.types.filter((type) => type === 'lead').length]).toEqual([2, 1]);
    });

    it('has left as a follower, and looks for its leader again when it returns (law 33)', async () => {
      const source = new Subject<unknown>();
      const { leader, follower } = await flight(source);
      leader.leave();
      hide(pages[1]);
      await until(() => torn === 1);
      show(pages[1]);
      await until(() => runs === 2);
      source.next('value');
      source.complete();
      await until(() => follower.log.length === 2);
      expect(follower.log).toEqual(['value', 'complete']);
    });

    it('fails as a follower that has been notified of values, since it may have missed others (law 34)', async () => {
      const source = new Subject<unknown>();
      const { follower } = await flight(source);
      source.next('value');
      await until(() => follower.log.length === 1);
      hide(pages[1]);
      show(pages[1]);
      await until(() => follower.log.length === 2);
      expect(follower.log).toEqual(['value', jasmine.objectContaining({ name: 'LeaderLostError' })]);
    });
  });
});
