import {
  catchError,
  finalize,
  first,
  firstValueFrom,
  NEVER,
  Observable,
  of,
  repeat,
  share,
  shareReplay,
  Subject,
  type MonoTypeOperatorFunction,
} from 'rxjs';
import { coalesceBy, coalesced, coalescedAsync, fromAbortable, inFlightCalls } from '../src/index.js';
import { deferred } from './support/deferred.js';
import { errorsReportedIn } from './support/errors-reported.js';
import { Log } from './support/log.js';
import { Steered } from './support/steered.js';

describe('The traps of a hand-written registry', () => {
  interface Candidate {
    readonly call: (argument?: string) => Observable<string>;
    readonly entries: () => number;
  }
  type Make = (run: (argument: string) => Observable<string>) => Candidate;

  const ours: Make = (run) => {
    const load = coalesced(run, { keyFn: () => 'k' });
    return { call: (argument = '') => load(argument), entries: () => load.inFlight.size };
  };

  const handWritten =
    (sharing: MonoTypeOperatorFunction<string>): Make =>
    (run) => {
      const inFlight = new Map<string, Observable<string>>();
      return {
        call: (argument = '') => {
          const shared =
            inFlight.get('k') ??
            run(argument).pipe(
              finalize(() => inFlight.delete('k')),
              sharing,
            );
          inFlight.set('k', shared);
          return shared;
        },
        entries: () => inFlight.size,
      };
    };

  /** Runs that count when their source is subscribed, which is when a hand-written registry runs again. */
  function counted(inTeardown: (run: number) => void = () => {}) {
    const sources: Subject<string>[] = [];
    const run = (): Observable<string> =>
      new Observable((subscriber) => {
        const source = new Subject<string>();
        const number = sources.push(source);
        source.subscribe(subscriber);
        return () => inTeardown(number);
      });
    return { sources, run };
  }

  interface Trap {
    readonly play: (make: Make) => unknown;
    readonly right: unknown;
    readonly withShare: unknown;
    readonly withShareReplay: unknown;
  }

  const traps: Record<string, Trap> = {
    'a call again from complete(), then a third call': {
      play: (make) => {
        const { sources, run } = counted();
        const { call } = make(run);
        const received: string[] = [];
        call().subscribe({ complete: () => call().subscribe((value) => received.push(value)) });
        sources[0]!.next('stale');
        sources[0]!.complete();
        call().subscribe();
        return { runs: sources.length, received };
      },
      right: { runs: 2, received: [] },
      withShare: { runs: 3, received: [] },
      withShareReplay: { runs: 2, received: ['stale'] },
    },
    'a join between next and complete': {
      play: (make) => {
        const { sources, run } = counted();
        const { call } = make(run);
        const received: string[] = [];
        call().subscribe();
        sources[0]!.next('value');
        call()
          .pipe(
            first(),
            catchError((error: unknown) => of((error as Error).name)),
          )
          .subscribe((value) => received.push(value));
        sources[0]!.complete();
        return received;
      },
      right: ['value'],
      withShare: ['EmptyError'],
      withShareReplay: ['value'],
    },
    '1,000 calls never subscribed': {
      play: (make) => {
        const registries = Array.from({ length: 1000 }, () => make(() => NEVER));
        for (const { call } of registries) call();
        return registries.reduce((entries, registry) => entries + registry.entries(), 0);
      },
      right: 0,
      withShare: 1000,
      withShareReplay: 1000,
    },
    "an earlier, never-run handle's closure": {
      play: (make) => {
        const { call } = make((argument) => of(argument));
        const received: string[] = [];
        call('stale');
        call("caller's own").subscribe((value) => received.push(value));
        return received;
      },
      right: ["caller's own"],
      withShare: ['stale'],
      withShareReplay: ['stale'],
    },
    'a held handle subscribed again beside a newer flight': {
      play: (make) => {
        const { sources, run } = counted();
        const { call } = make(run);
        const held = call();
        held.subscribe().unsubscribe();
        call().subscribe();
        held.subscribe();
        return sources.length;
      },
      right: 2,
      withShare: 3,
      withShareReplay: 3,
    },
    'a join again from inside teardown, then a third caller': {
      play: (make) => {
        const { sources, run } = counted((number) => {
          if (number === 1) call().subscribe();
        });
        const { call, entries } = make(run);
        call().subscribe().unsubscribe();
        const left = entries();
        call().subscribe();
        return { runs: sources.length, entries: left };
      },
      right: { runs: 2, entries: 1 },
      withShare: { runs: 3, entries: 0 },
      withShareReplay: { runs: 3, entries: 0 },
    },
    'repeat(3)': {
      play: (make) => {
        let runs = 0;
        const { call } = make(() => new Observable((subscriber) => of(`run ${++runs}`).subscribe(subscriber)));
        const received: string[] = [];
        call()
          .pipe(repeat(3))
          .subscribe((value) => received.push(value));
        return { runs, received };
      },
      right: { runs: 3, received: ['run 1', 'run 2', 'run 3'] },
      withShare: { runs: 3, received: ['run 1', 'run 2', 'run 3'] },
      withShareReplay: { runs: 1, received: ['run 1', 'run 1', 'run 1'] },
    },
  };

  for (const [trap, { play, right, withShare, withShareReplay }] of Object.entries(traps)) {
    it(`are avoided: ${trap}`, () => {
      expect(play(ours)).toEqual(right);
      expect(play(handWritten(share())))
        .withContext('Map + finalize above share')
        .toEqual(withShare);
      expect(play(handWritten(shareReplay({ bufferSize: 1, refCount: true }))))
        .withContext('finalize + shareReplay(refCount)')
        .toEqual(withShareReplay);
    });
  }
});

describe('What fails elsewhere: concurrent-coalesce', () => {
  it("one waiter's cancellation leaves the others alone", async () => {
    const answer = deferred();
    const load = coalescedAsync((_id: string, { signal }: { signal?: AbortSignal } = {}) => {
      expect(signal).toBeDefined();
      return answer.promise;
    });
    const controllers = [new AbortController(), new AbortController(), new AbortController()];
    const answers = controllers.map(({ signal }) => load('x', { signal }).catch((error: unknown) => error));
    controllers[1]!.abort('stop');
    expect(await answers[1]).toBe('stop');
    expect(load.inFlight.callers('x')).toBe(2);
    answer.resolve('done');
    expect(await Promise.all(answers)).toEqual(['done', 'stop', 'done']);
  });

  it('recursion on the same thread does not hang', () => {
    const factorial = coalesced((n: number): Observable<number> => {
      let below = 1;
      if (n > 1) factorial(n - 1).subscribe((value) => (below = value));
      return of(n * below);
    });
    const received: number[] = [];
    factorial(5).subscribe((value) => received.push(value));
    expect(received).toEqual([120]);

    let runs = 0;
    const itself = coalesced((id: number): Observable<number> => {
      runs++;
      itself(id).subscribe((value) => received.push(value));
      return of(id);
    });
    itself(7).subscribe((value) => received.push(value));
    expect(runs).toBe(1);
    expect(received).toEqual([120, 7, 7]);
  });

  it('1, true and 1n do not merge', () => {
    const steered = new Steered();
    const load = coalesced((id: unknown) => steered.start(id));
    for (const id of [1, true, 1n, '1', [1]]) load(id).subscribe();
    expect(steered.runs).toBe(5);
  });
});

describe('What fails elsewhere: Go singleflight and its kin', () => {
  it('a run that nobody waits for is cancelled, and only that (singleflight)', () => {
    const log = new Log();
    const steered = new Steered(log);
    const load = coalesced(steered.start);
    const callers = [load().subscribe(), load().subscribe(), load().subscribe()];
    callers[0]!.unsubscribe();
    callers[2]!.unsubscribe();
    expect(log.take()).toEqual(['run 1']);
    callers[1]!.unsubscribe();
    expect(log.take()).toEqual(['teardown 1']);
  });

  it('a leader without followers shares with nobody, and counts are not one too high (singleflight)', () => {
    const log = new Log();
    const steered = new Steered();
    const load = coalesced(steered.start, { keyFn: () => 'k' });
    load.inFlight.events.subscribe(({ type, callers }) => log.add(`${type} ${callers}`));
    load().subscribe();
    expect(load.inFlight.callers('k')).toBe(1);
    steered.latest.complete();
    expect(log.take()).toEqual(['start 1', 'complete 1']);
    for (let caller = 1; caller <= 3; caller++) {
      load().subscribe();
      expect(load.inFlight.callers('k')).toBe(caller);
    }
    expect(log.take()).toEqual(['start 1', 'join 2', 'join 3']);
  });

  it('a caller that has its result and calls again does not join the finished call (janos)', async () => {
    let runs = 0;
    const load = coalescedAsync(() => Promise.resolve(++runs));
    const [again, third] = await Promise.all([load().then(() => load()), load().then(() => load())]);
    expect([again, third]).toEqual([2, 2]);

    const observed = coalesced(() => of(++runs));
    const received: number[] = [];
    observed().subscribe({
      next: (value) => received.push(value),
      complete: () => {
        if (received.length === 1) observed().subscribe((value) => received.push(value));
      },
    });
    expect(received).toEqual([3, 4]);
  });

  it('a newcomer neither joins a dying flight nor inherits its cancellation (tailscale #18919)', async () => {
    const answers: Promise<string>[] = [];
    let runs = 0;
    const load = coalescedAsync((id: string, { signal }: { signal?: AbortSignal } = {}) => {
      const run = ++runs;
      return new Promise<string>((resolve, reject) => {
        signal?.addEventListener('abort', () => {
          if (run === 1) answers.push(load(id));
          reject(signal.reason);
        });
        if (run === 2) resolve('fresh');
      });
    });
    const controller = new AbortController();
    const left = load('k', { signal: controller.signal }).catch((error: unknown) => error);
    controller.abort('left');
    answers.push(load('k'));
    expect(await left).toBe('left');
    expect(await Promise.all(answers)).toEqual(['fresh', 'fresh']);
    expect(runs).toBe(2);
  });
});

describe('What fails elsewhere: HybridCache, moka, Caffeine, nginx', () => {
  it('sharing reaches exactly as far as one registry (HybridCache)', () => {
    const steered = new Steered<number>();
    const shared = inFlightCalls<string, number>();
    shared.join('k', steered.start).subscribe();
    shared.join('k', steered.start).subscribe();
    expect(steered.runs).toBe(1);
    inFlightCalls<string, number>().join('k', steered.start).subscribe();
    expect(steered.runs).toBe(2);
  });

  it('a call that is never subscribed blocks nobody (moka)', () => {
    const steered = new Steered();
    const load = coalesced(steered.start);
    load();
    const log = new Log();
    load().subscribe(log.observer('caller'));
    steered.latest.next('value');
    expect(log.take()).toEqual(['caller value']);
  });

  it('a leader that leaves while it runs blocks nobody (moka)', () => {
    const steered = new Steered();
    const load = coalesced(steered.start);
    const leader = load().subscribe();
    const log = new Log();
    load().subscribe(log.observer('follower'));
    leader.unsubscribe();
    steered.latest.next('value');
    expect(steered.runs).toBe(1);
    expect(log.take()).toEqual(['follower value']);
  });

  it("one caller's cancel does not affect the others, whose promise is the same (Caffeine)", async () => {
    const answer = deferred();
    const load = coalescedAsync((id: string, signal?: AbortSignal) => answer.promise.finally(() => [id, signal]));
    const controller = new AbortController();
    const cancelled = load('k', controller.signal).catch((error: unknown) => error);
    const kept = [load('k'), load('k')];
    controller.abort('stop');
    answer.resolve('done');
    expect(await cancelled).toBe('stop');
    expect(await Promise.all(kept)).toEqual(['done', 'done']);
  });

  it('a waiting list can be capped: calls that need not wait do not (nginx, Varnish, pingora)', () => {
    const source = new Subject<number>();
    const steered = new Steered<number>();
    const inFlight = inFlightCalls<number, number>();
    source.pipe(coalesceBy((id: number) => id % 10, steered.start, { duplicates: 'ignore', inFlight })).subscribe();
    for (let value = 0; value < 10_000; value++) source.next(value);
    expect(steered.runs).toBe(10);
    expect([...inFlight.keys()].map((key) => inFlight.callers(key))).toEqual(new Array(10).fill(1));
  });
});

describe('What fails elsewhere: Apollo Client, TanStack Query, undici', () => {
  it('a call made in complete() does not replay the finished result (Apollo)', () => {
    const steered = new Steered();
    const query = coalesced(steered.start);
    const log = new Log();
    query().subscribe({ complete: () => query().subscribe(log.observer('again')) });
    steered.latest.next('finished');
    steered.latest.complete();
    expect(log.take()).toEqual([]);
    steered.latest.next('fresh');
    expect(log.take()).toEqual(['again fresh']);
  });

  it('calls that differ in a nested option, such as a header, do not merge (Apollo)', () => {
    const steered = new Steered();
    const get = coalesced((url: string, options: { headers: Record<string, string> }) => steered.start(url, options));
    get('/', { headers: { accept: 'text/html' } }).subscribe();
    get('/', { headers: { accept: 'text/plain' } }).subscribe();
    get('/', { headers: { accept: 'text/html' } }).subscribe();
    expect(steered.runs).toBe(2);
  });

  it('promise callers are counted: an Observable caller that leaves does not reject them (TanStack #9798)', async () => {
    const source = new Subject<string>();
    const inFlight = inFlightCalls<unknown, string>();
    const observed = coalesced(() => source, { inFlight, keyFn: () => 'k' });
    const promised = coalescedAsync(() => source, { inFlight, keyFn: () => 'k' });
    const unmounted = observed().subscribe();
    const answer = promised();
    expect(inFlight.callers('k')).toBe(2);
    unmounted.unsubscribe();
    expect(inFlight.callers('k')).toBe(1);
    source.next('value');
    source.complete();
    expect(await answer).toBe('value');
  });

  it('undefined, null, NaN and symbols are keys of their own (TanStack)', () => {
    const steered = new Steered();
    const load = coalesced((id: unknown) => steered.start(id));
    const ids = [null, NaN, Symbol('a'), Symbol('a'), 'null', 'NaN', [undefined], [null], [NaN], {}];
    for (const id of ids) load(id).subscribe();
    expect(steered.runs).toBe(ids.length);
  });

  it('functions, which have no key, are refused rather than merged (TanStack)', () => {
    const load = coalesced((listener: () => void) => of(listener));
    const errors: unknown[] = [];
    load(() => {}).subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toEqual([jasmine.any(TypeError)]);
  });

  it("the leader's abort does not fail its followers (undici #5711)", async () => {
    let signalled = false;
    const answer = deferred();
    const get = coalesced((url: string) =>
      fromAbortable((signal) => {
        signal.addEventListener('abort', () => (signalled = true));
        return answer.promise.then((body) => url + body);
      }),
    );
    const leader = get('/').subscribe();
    const followers = [firstValueFrom(get('/')), firstValueFrom(get('/'))];
    leader.unsubscribe();
    answer.resolve('body');
    expect(await Promise.all(followers)).toEqual(['/body', '/body']);
    expect(signalled).toBeFalse();
  });

  it('keys with delimiters in them do not collide (undici #5012)', () => {
    const steered = new Steered();
    const load = coalesced((...parts: unknown[]) => steered.start(...parts));
    const calls = [['a,b'], ['a', 'b'], [['a', 'b']], ['a', ['b']], ['["a","b"]'], ['a:b'], ['a":"b'], [{ a: 'b' }]];
    for (const parts of calls) load(...parts).subscribe();
    expect(steered.runs).toBe(calls.length);
  });

  it('a handler that throws is isolated (undici)', async () => {
    const log = new Log();
    const errors = await errorsReportedIn(() => {
      const steered = new Steered();
      const load = coalesced(steered.start);
      load().subscribe(() => {
        throw new Error('handler');
      });
      load().subscribe(log.observer('other'));
      steered.latest.next(1);
      steered.latest.complete();
    });
    expect(log.take()).toEqual(['other 1', 'other complete']);
    expect(errors).toEqual([new Error('handler')]);
  });
});

describe('What fails elsewhere: npm promise packages', () => {
  it("every caller's signal counts, not only the first caller's (lru-cache)", async () => {
    let flightSignal: AbortSignal | undefined;
    const load = coalescedAsync((_id: string, { signal }: { signal?: AbortSignal } = {}) => {
      flightSignal = signal;
      return new Promise<never>(() => {});
    });
    const controllers = [new AbortController(), new AbortController()];
    const answers = controllers.map(({ signal }) => load('k', { signal }).catch((error: unknown) => error));
    controllers[1]!.abort('second');
    expect(flightSignal!.aborted).toBeFalse();
    controllers[0]!.abort('first');
    expect(flightSignal!.aborted).toBeTrue();
    expect(await Promise.all(answers)).toEqual(['first', 'second']);
  });

  it('a signal that is already aborted counts (lru-cache)', async () => {
    let runs = 0;
    const load = coalescedAsync((_id: string, signal?: AbortSignal) => {
      runs++;
      return Promise.resolve(signal);
    });
    expect(await load('k', AbortSignal.abort('early')).catch((error: unknown) => error)).toBe('early');
    expect(runs).toBe(0);
  });

  it('there is no capacity that evicts running work (lru-cache)', () => {
    const steered = new Steered();
    const load = coalesced((id: number) => steered.start(id));
    for (let id = 0; id < 10_000; id++) load(id).subscribe();
    for (let id = 0; id < 10_000; id++) load(id).subscribe();
    expect(steered.runs).toBe(10_000);
    expect(load.inFlight.size).toBe(10_000);
    expect(load.inFlight.callers(0)).toBe(2);
    expect(steered.teardowns.every((count) => count === 0)).toBeTrue();
  });

  it('a promise caller can cancel, and all arguments count (p-memoize)', async () => {
    const pages: unknown[] = [];
    const load = coalescedAsync((id: string, page: number, { signal }: { signal?: AbortSignal } = {}) => {
      pages.push([id, page]);
      return new Promise<never>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    });
    const controller = new AbortController();
    const answers = [1, 2, 1].map((page) => load('k', page, { signal: controller.signal }));
    expect(pages).toEqual([
      ['k', 1],
      ['k', 2],
    ]);
    controller.abort('stop');
    const settled = await Promise.allSettled(answers);
    expect(settled.map((result) => result.status === 'rejected' && (result.reason as unknown))).toEqual([
      'stop',
      'stop',
      'stop',
    ]);
    expect(load.inFlight.size).toBe(0);
  });

  it('1 and "1" do not collide (async-cache-dedupe)', () => {
    const steered = new Steered();
    const load = coalesced((id: unknown) => steered.start(id));
    for (const id of [1, '1', { id: 1 }, { id: '1' }]) load(id).subscribe();
    expect(steered.runs).toBe(4);
  });

  it('after a clear, an old flight that settles late does not evict the newer one (async-cache-dedupe)', async () => {
    const answers = [deferred(), deferred()];
    let runs = 0;
    const load = coalescedAsync(() => answers[runs++]!.promise);
    const old = load();
    load.inFlight.forgetAll();
    const newer = load();
    answers[0]!.resolve('old');
    expect(await old).toBe('old');
    expect(load.inFlight.size).toBe(1);
    const joined = load();
    answers[1]!.resolve('new');
    expect(await Promise.all([newer, joined])).toEqual(['new', 'new']);
    expect(runs).toBe(2);
  });

  it('a hook that throws does not give followers undefined (async-cache-dedupe)', async () => {
    const answer = deferred();
    const load = coalescedAsync(() => answer.promise);
    const errors = await errorsReportedIn(async () => {
      load.inFlight.events.subscribe(() => {
        throw new Error('hook');
      });
      const answers = [load(), load(), load()];
      answer.resolve('value');
      expect(await Promise.all(answers)).toEqual(['value', 'value', 'value']);
    });
    expect(errors).toEqual(new Array(4).fill(new Error('hook')));
  });

  it('names of Object.prototype are keys like any other (promise-inflight)', () => {
    const runs: string[] = [];
    const load = coalesced((id: string) => {
      runs.push(id);
      return of(id);
    });
    const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];
    const received: string[] = [];
    for (const name of names) load(name).subscribe((value) => received.push(value));
    expect(runs).toEqual(names);
    expect(received).toEqual(names);
  });

  it('a falsy rejection rejects the followers, too (cacheable)', async () => {
    for (const reason of [undefined, null, 0, '', false]) {
      const answer = deferred<never>();
      const load = coalescedAsync(() => answer.promise);
      const answers = [load(), load(), load()];
      answer.reject(reason);
      const expected = { status: 'rejected', reason } as const;
      expect(await Promise.allSettled(answers)).toEqual([expected, expected, expected]);
    }
  });
});

describe('What fails elsewhere: Angular HTTP caches', () => {
  it('a repeat does not replay what is stale', () => {
    let runs = 0;
    const get = coalesced((url: string) => of(`${url} ${++runs}`));
    const received: string[] = [];
    get('/')
      .pipe(repeat(2))
      .subscribe((body) => received.push(body));
    expect(received).toEqual(['/ 1', '/ 2']);
  });

  it('an old request is not sent again after a cancel: the next call sends its own', () => {
    const sent: string[] = [];
    const get = coalesced(
      (_url: string, trace: string) => {
        sent.push(trace);
        return NEVER;
      },
      { keyFn: (url) => url },
    );
    get('/', 'old').subscribe().unsubscribe();
    get('/', 'new').subscribe();
    get('/', 'joins').subscribe();
    expect(sent).toEqual(['old', 'new']);
  });

  it('two users do not share what belongs to one if each has a registry', () => {
    const serve = (user: string) => coalesced((url: string) => of(`${url} for ${user}`));
    const received: string[] = [];
    for (const user of ['ann', 'bob']) serve(user)('/me').subscribe((body) => received.push(body));
    expect(received).toEqual(['/me for ann', '/me for bob']);
  });
});
