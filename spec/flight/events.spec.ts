import { finalize, NEVER, Observable, of, Subject, throwError, type Subscription } from 'rxjs';
import {
  coalesceBy,
  coalesced,
  coalescedAsync,
  inFlightCalls,
  type FlightConfig,
  type FlightEvent,
  type InFlightCalls,
} from '../../src/index.js';
import { Registry } from '../../src/flight/registry.js';
import { errorsReportedIn } from '../support/errors-reported.js';
import { Log } from '../support/log.js';
import { Steered } from '../support/steered.js';

/** As `complete k#1 2, free`: the key, the number of its flight, the callers, and whether a call made now would join a flight. */
function line<K>(inFlight: InFlightCalls<K, any>, event: FlightEvent<K>): string {
  const { type, key, flight, callers } = event;
  const error = 'error' in event ? ` ${String(event.error)}` : '';
  return `${type} ${String(key)}#${flight} ${callers}${error}${inFlight.has(key) ? '' : ', free'}`;
}

/** A log of everything: runs, events, what callers receive, and teardowns. */
function watched(): {
  log: Log;
  steered: Steered;
  inFlight: InFlightCalls<string>;
  call: (name: string, key?: string, config?: FlightConfig) => Subscription;
} {
  const log = new Log();
  const steered = new Steered(log);
  const inFlight = inFlightCalls<string, unknown>();
  inFlight.events.subscribe((event) => log.add(line(inFlight, event)));
  return {
    log,
    steered,
    inFlight,
    call: (name, key = 'k', config = {}) => inFlight.join(key, steered.start, config).subscribe(log.observer(name)),
  };
}

describe('Law 22: events are emitted for', () => {
  it('a start, a join and a completion, after the key is free and before callers are notified and the source is torn down', () => {
    const { log, steered, call } = watched();
    call('A');
    expect(log.take()).toEqual(['start k#1 1', 'run 1']);
    call('B');
    expect(log.take()).toEqual(['join k#1 2']);
    steered.latest.next('x');
    expect(log.take()).toEqual(['A x', 'B x']);
    steered.latest.complete();
    expect(log.take()).toEqual(['complete k#1 2, free', 'A complete', 'B complete', 'teardown 1']);
  });

  it('an error', () => {
    const { log, steered, call } = watched();
    call('A');
    call('B');
    log.take();
    steered.latest.error('boom');
    expect(log.take()).toEqual(['error k#1 2 boom, free', 'A error boom', 'B error boom', 'teardown 1']);
  });

  it('an abort', () => {
    const { log, inFlight, call } = watched();
    call('A');
    call('B');
    log.take();
    inFlight.abort('k', 'enough');
    expect(log.take()).toEqual(['abort k#1 2 enough, free', 'A error enough', 'B error enough', 'teardown 1']);
  });

  it('a leave, the last one included, and then a cancel', () => {
    const { log, call } = watched();
    const callers = [call('A'), call('B'), call('C')];
    log.take();
    for (const caller of callers) {
      caller.unsubscribe();
      log.add('left');
    }
    expect(log.take()).toEqual([
      ...['leave k#1 2', 'left'],
      ...['leave k#1 1', 'left'],
      ...['leave k#1 0, free', 'cancel k#1 0, free', 'teardown 1', 'left'],
    ]);
  });

  it('a forget, and of what becomes of the forgotten flight', () => {
    const { log, steered, inFlight, call } = watched();
    const first = call('A');
    call('B');
    log.take();
    inFlight.forget('k');
    expect(log.take()).toEqual(['forget k#1 2, free']);
    call('C');
    expect(log.take()).toEqual(['start k#2 1', 'run 2']);
    first.unsubscribe();
    expect(log.take()).toEqual(['leave k#1 1']);
    steered.sources[0]!.complete();
    expect(log.take()).toEqual(['complete k#1 1', 'B complete', 'teardown 1']);
    steered.sources[1]!.complete();
    expect(log.take()).toEqual(['complete k#2 1, free', 'C complete', 'teardown 2']);
  });

  it('forgetAll and abortAll, each flight after all keys are free', () => {
    const { log, inFlight, call } = watched();
    call('A', 'a');
    call('B', 'b');
    call('C', 'b');
    log.take();
    inFlight.forgetAll();
    expect(log.take()).toEqual(['forget a#1 1, free', 'forget b#2 2, free']);

    call('A', 'a');
    call('B', 'b');
    log.take();
    inFlight.abortAll('enough');
    expect(log.take()).toEqual([
      ...['abort a#3 1 enough, free', 'A error enough', 'teardown 3'],
      ...['abort b#4 1 enough, free', 'B error enough', 'teardown 4'],
    ]);
  });

  it('no forget or abort of a flight that has ended meanwhile', () => {
    for (const end of ['forgetAll', 'abortAll'] as const) {
      const { log, steered, inFlight, call } = watched();
      inFlight.events.subscribe(({ type, key }) => {
        if (key === 'a' && type !== 'start') {
          steered.latest.complete();
        }
      });
      call('A', 'a');
      call('B', 'b');
      log.take();
      inFlight[end]('enough');
      expect(log.take().filter((line) => line.includes('#'))).toEqual([
        end === 'forgetAll' ? 'forget a#1 1, free' : 'abort a#1 1 enough, free',
        'complete b#2 1, free',
      ]);
    }
  });

  it('no forget or abort of a flight of promise callers that has ended meanwhile', async () => {
    for (const end of ['forgetAll', 'abortAll'] as const) {
      const log = new Log();
      const runs = new Map<string, (value: string) => void>();
      const thenable = (key: string): PromiseLike<string> =>
        ({ then: (resolve: (value: string) => void) => runs.set(key, resolve) }) as unknown as PromiseLike<string>;
      const load = coalescedAsync(thenable, { keyFn: (key) => key });
      const calls = [load('a').catch(() => {}), load('b')];
      load.inFlight.events.subscribe((event) => {
        log.add(line(load.inFlight, event));
        runs.get('b')!('early');
      });
      load.inFlight[end]('enough');
      runs.get('a')!('late');
      expect(await Promise.all(calls)).toEqual([end === 'forgetAll' ? 'late' : undefined, 'early']);
      expect(log.take()).toEqual(
        end === 'forgetAll'
          ? ['forget a#1 1, free', 'complete b#2 1, free', 'complete a#1 1, free']
          : ['abort a#1 1 enough, free', 'complete b#2 1, free'],
      );
    }
  });

  it('no leave at an end, even if a caller leaves when it is notified of it', () => {
    const { log, steered, inFlight } = watched();
    const callers: Subscription[] = [];
    const leaveAll = (): void => callers.forEach((caller) => caller.unsubscribe());
    for (const end of [
      () => steered.latest.complete(),
      () => steered.latest.error('boom'),
      () => inFlight.abort('k'),
    ]) {
      const call = inFlight.join('k', steered.start).pipe(finalize(leaveAll));
      callers.push(call.subscribe({ error: leaveAll, complete: leaveAll }), call.subscribe({ error: () => {} }));
      end();
    }
    expect(log.take().filter((line) => /leave|cancel/.test(line))).toEqual([]);
  });

  it('runs that are synchronous, empty, or failing at once', () => {
    const { log, inFlight } = watched();
    inFlight.join('a', () => of('x')).subscribe(log.observer('A'));
    inFlight.join('b', () => []).subscribe(log.observer('B'));
    inFlight.join('c', () => throwError(() => 'boom')).subscribe(log.observer('C'));
    expect(log.take()).toEqual([
      ...['start a#1 1', 'A x', 'complete a#1 1, free', 'A complete'],
      ...['start b#2 1', 'complete b#2 1, free', 'B complete'],
      ...['start c#3 1', 'error c#3 1 boom, free', 'C error boom'],
    ]);
  });

  it('what a function throws as an error, with the very error', () => {
    const error = new Error('no run');
    const events: FlightEvent<string>[] = [];
    const inFlight = inFlightCalls<string, never>();
    inFlight.events.subscribe((event) => events.push(event));
    const fail = (): never => {
      throw error;
    };
    inFlight.join('k', fail).subscribe({ error: () => {} });
    expect(events).toEqual([
      { type: 'start', key: 'k', flight: 1, callers: 1 },
      { type: 'error', key: 'k', flight: 1, callers: 1, error },
    ]);
    expect((events[1] as { error: unknown }).error).toBe(error);
  });

  it('a re-entrant call from inside the function as a join', () => {
    const { log, inFlight } = watched();
    const start = (): Observable<unknown> => {
      inFlight.join('k', start).subscribe(log.observer('B'));
      return of('x');
    };
    inFlight.join('k', start).subscribe(log.observer('A'));
    expect(log.take()).toEqual([
      ...['start k#1 1', 'join k#1 2', 'A x', 'B x'],
      ...['complete k#1 2, free', 'A complete', 'B complete'],
    ]);
  });

  it('a call made at the end as a start, when the end has been emitted', () => {
    const { log, steered, inFlight, call } = watched();
    inFlight.join('k', steered.start).subscribe({ complete: () => call('again') });
    call('B');
    log.take();
    steered.latest.complete();
    expect(log.take()).toEqual(['complete k#1 2, free', 'start k#2 1', 'run 2', 'B complete', 'teardown 1']);
  });

  it('a last leave that does not cancel: the key stays if resetOnRefCountZero is false', () => {
    const { log, steered, call } = watched();
    call('A', 'k', { resetOnRefCountZero: false }).unsubscribe();
    expect(log.take()).toEqual(['start k#1 1', 'run 1', 'leave k#1 0']);
    call('B');
    expect(log.take()).toEqual(['join k#1 1']);
    steered.latest.complete();
    expect(log.take()).toEqual(['complete k#1 1, free', 'B complete', 'teardown 1']);
  });

  it('a cancel by a notifier, when it comes', () => {
    const { log, call } = watched();
    const notifier = new Subject<void>();
    const config = { resetOnRefCountZero: () => notifier };
    call('A', 'k', config).unsubscribe();
    expect(log.take()).toEqual(['start k#1 1', 'run 1', 'leave k#1 0']);
    call('B').unsubscribe();
    expect(log.take()).toEqual(['join k#1 1', 'leave k#1 0']);
    notifier.next();
    expect(log.take()).toEqual(['cancel k#1 0, free', 'teardown 1']);
  });

  it('0 callers at the end of a flight that has none left', () => {
    const { log, steered, inFlight, call } = watched();
    for (const end of [
      () => steered.latest.complete(),
      () => steered.latest.error('boom'),
      () => inFlight.abort('k', 'enough'),
    ]) {
      call('A', 'k', { resetOnRefCountZero: false }).unsubscribe();
      end();
    }
    expect(log.take().filter((line) => line.endsWith('free'))).toEqual([
      'complete k#1 0, free',
      'error k#2 0 boom, free',
      'abort k#3 0 enough, free',
    ]);
  });

  it('promise callers as of Observable callers', async () => {
    const log = new Log();
    const inFlight = inFlightCalls<string, string>();
    inFlight.events.subscribe((event) => log.add(line(inFlight, event)));
    const source = new Subject<string>();
    const run = (id: string, options?: { signal: AbortSignal }): Observable<string> => {
      log.add(`run ${id} ${options ? 'with' : 'without'} a signal`);
      return source;
    };
    const load = coalescedAsync(run, { inFlight, keyFn: (id) => id });
    const controller = new AbortController();
    const rejected = load('k', { signal: controller.signal }).catch(() => log.add('A rejected'));
    const resolved = load('k').then(() => log.add('B resolved'));
    inFlight.join('k', () => NEVER).subscribe(log.observer('C'));
    controller.abort();
    source.next('x');
    source.complete();
    await Promise.all([rejected, resolved]);
    expect(log.take()).toEqual([
      ...['start k#1 1', 'run k with a signal', 'join k#1 2', 'join k#1 3', 'leave k#1 2'],
      ...['C x', 'complete k#1 2, free', 'C complete', 'A rejected', 'B resolved'],
    ]);
  });

  it('a forget and an abort of promise callers', async () => {
    const log = new Log();
    const load = coalescedAsync(() => new Promise<string>(() => {}), { keyFn: () => 'k' });
    load.inFlight.events.subscribe((event) => log.add(line(load.inFlight, event)));
    void load();
    load.inFlight.forget('k');
    const calls = [load(), load()];
    load.inFlight.abort('k', 'enough');
    expect(log.take()).toEqual([
      ...['start k#1 1', 'forget k#1 1, free'],
      ...['start k#2 1', 'join k#2 2', 'abort k#2 2 enough, free'],
    ]);
    for (const call of calls) {
      await expectAsync(call).toBeRejectedWith('enough');
    }
  });

  it('every waiting value of coalesceBy as one caller', () => {
    const { log, steered, inFlight } = watched();
    const source = new Subject<string>();
    const waiting = source
      .pipe(coalesceBy((value: string) => value, steered.start, { inFlight, concurrent: 1 }))
      .subscribe();
    source.next('a');
    source.next('a');
    steered.latest.next('x');
    source.next('a');
    expect(log.take()).toEqual(['start a#1 1', 'run 1', 'join a#1 2', 'join a#1 3']);
    source.next('b');
    source.next('b');
    expect(log.take()).toEqual([]);
    steered.latest.complete();
    expect(log.take()).toEqual(['complete a#1 3, free', 'teardown 1', 'start b#2 1', 'join b#2 2', 'run 2']);
    waiting.unsubscribe();
    expect(log.take()).toEqual(['leave b#2 1', 'leave b#2 0, free', 'cancel b#2 0, free', 'teardown 2']);
  });

  it('flights of one registry by numbers that never come twice, whatever the key', () => {
    const { log, inFlight, call } = watched();
    call('A', 'a');
    call('B', 'b');
    inFlight.forget('a');
    call('C', 'a');
    inFlight.abort('b', 'no');
    call('D', 'b');
    expect(log.take().filter((line) => line.startsWith('start'))).toEqual([
      'start a#1 1',
      'start b#2 1',
      'start a#3 1',
      'start b#4 1',
    ]);
  });

  it('keys by identity', () => {
    const events: FlightEvent<unknown>[] = [];
    const inFlight = inFlightCalls<unknown, never>();
    inFlight.events.subscribe((event) => events.push(event));
    const keys = [{}, {}, Symbol('k'), '__proto__', undefined];
    for (const key of keys) {
      inFlight.join(key, () => NEVER).subscribe();
    }
    expect(events.every(({ key }, index) => key === keys[index])).toBeTrue();
    expect(events.length).toBe(keys.length);
  });
});

describe('Law 22: listeners to events', () => {
  it('all are notified of an event before any is notified of the next, also if a listener calls, forgets and aborts', () => {
    const log = new Log();
    const inFlight = inFlightCalls<string, never>();
    inFlight.events.subscribe(({ type, key, flight }) => {
      log.add(`first: ${type} ${key}#${flight}`);
      if (type === 'start' && key === 'a') {
        inFlight.join('b', () => NEVER).subscribe({ error: () => {} });
      } else if (type === 'start') {
        inFlight.forget('a');
        inFlight.abort('b');
      }
    });
    inFlight.events.subscribe(({ type, key, flight }) => log.add(`second: ${type} ${key}#${flight}`));
    inFlight.join('a', () => NEVER).subscribe();

    expect(log.take()).toEqual([
      ...['first: start a#1', 'second: start a#1'],
      ...['first: start b#2', 'second: start b#2'],
      ...['first: forget a#1', 'second: forget a#1'],
      ...['first: abort b#2', 'second: abort b#2'],
    ]);
  });

  it('are notified of no earlier event, and of no completion', () => {
    const { log, steered, inFlight, call } = watched();
    call('A');
    log.take();
    const late = new Log();
    inFlight.events.subscribe(late.observer('late'));
    expect(late.take()).toEqual([]);
    steered.latest.complete();
    expect(late.take()).toEqual(['late [object Object]']);
  });

  it('that come while an event is emitted get only the next', () => {
    const { inFlight, call } = watched();
    const late = new Log();
    const subscription = inFlight.events.subscribe(() => {
      subscription.unsubscribe();
      inFlight.events.subscribe(({ type }) => late.add(type));
    });
    call('A');
    expect(late.take()).toEqual([]);
    call('B');
    expect(late.take()).toEqual(['join']);
  });

  it('that leave while an event is emitted do not get it, and the others do', () => {
    const inFlight = inFlightCalls<string, never>();
    const log = new Log();
    const leaving: Subscription[] = [];
    inFlight.events.subscribe(({ type }) => {
      log.add(`first ${type}`);
      leaving.forEach((subscription) => subscription.unsubscribe());
    });
    leaving.push(inFlight.events.subscribe(({ type }) => log.add(`second ${type}`)));
    inFlight.events.subscribe(({ type }) => log.add(`third ${type}`));
    inFlight.join('k', () => NEVER).subscribe();
    expect(log.take()).toEqual(['first start', 'third start']);
  });

  it('that call at every event find the registry in order', () => {
    for (const moment of ['complete', 'error', 'abort', 'cancel', 'forget', 'leave'] as const) {
      const { log, steered, inFlight, call } = watched();
      inFlight.events.subscribe(({ type, flight }) => {
        if (type === moment && flight === 1) {
          call('new');
        }
      });
      const caller = inFlight.join('k', steered.start).subscribe({ error: () => {} });
      const acts: Record<typeof moment, () => void> = {
        complete: () => steered.latest.complete(),
        error: () => steered.latest.error('boom'),
        abort: () => inFlight.abort('k'),
        cancel: () => caller.unsubscribe(),
        forget: () => inFlight.forget('k'),
        leave: () => caller.unsubscribe(),
      };
      acts[moment]();
      expect(inFlight.callers('k')).withContext(moment).toBe(1);
      log.take();
      steered.sources[0]!.next('old');
      steered.sources[1]!.next('fresh');
      expect(log.take()).withContext(moment).toEqual(['new fresh']);
    }
  });

  it('that abort a flight as it starts end it before its function runs on', () => {
    const { log, inFlight, call } = watched();
    let subscriptions = 0;
    inFlight.events.subscribe(({ type, key }) => {
      if (type === 'start') {
        inFlight.abort(key, 'not now');
      }
    });
    inFlight
      .join('k', () => {
        return new Observable(() => {
          subscriptions++;
        });
      })
      .subscribe(log.observer('A'));
    expect(subscriptions).toBe(0);
    expect(inFlight.size).toBe(0);
    expect(log.take()).toEqual(['start k#1 1', 'abort k#1 1 not now, free', 'A error not now']);
    call('B');
    expect(log.take().at(-1)).toBe('B error not now');
  });

  it('that throw affect neither callers nor other listeners, and are reported as unhandled', async () => {
    const { log, steered, inFlight, call } = watched();
    const reported = await errorsReportedIn(() => {
      inFlight.events.subscribe(({ type }) => {
        throw new Error(`listener at ${type}`);
      });
      inFlight.events.subscribe(({ type }) => log.add(`third listener: ${type}`));
      call('A');
      call('B').unsubscribe();
      steered.latest.next('x');
      steered.latest.complete();
    });
    expect(log.take()).toEqual([
      ...['start k#1 1', 'third listener: start', 'run 1'],
      ...['join k#1 2', 'third listener: join', 'leave k#1 1', 'third listener: leave'],
      ...['A x', 'complete k#1 1, free', 'third listener: complete', 'A complete', 'teardown 1'],
    ]);
    expect(reported.map(String)).toEqual(
      ['start', 'join', 'leave', 'complete'].map((type) => `Error: listener at ${type}`),
    );
  });

  it('cost nothing while there is none: no event is made', () => {
    const say = spyOn(Registry.prototype, 'notify').and.callThrough();
    const inFlight = inFlightCalls<string, string>();
    const load = coalesced((id: string) => of(id), { inFlight });
    const promised = coalescedAsync((id: string) => new Promise<string>(() => id), { inFlight });
    const all = (): void => {
      const source = new Subject<string>();
      load('a').subscribe();
      inFlight
        .join('b', () => NEVER)
        .subscribe()
        .unsubscribe();
      inFlight.join('c', () => NEVER).subscribe({ error: () => {} });
      inFlight.join('c', () => NEVER).subscribe({ error: () => {} });
      inFlight.abort('c');
      inFlight.join('d', () => throwError(() => 'boom')).subscribe({ error: () => {} });
      source.pipe(coalesceBy((id) => id, load, { inFlight })).subscribe();
      source.next('e');
      inFlight.join('f', () => NEVER).subscribe();
      inFlight.forget('f');
      void promised('g');
      void promised('g');
      inFlight.forget('g');
      promised('g').catch(() => {});
      inFlight.abort('g');
    };
    all();
    expect(say).not.toHaveBeenCalled();

    const events: unknown[] = [];
    const listener = inFlight.events.subscribe((event) => events.push(event));
    all();
    expect(say).toHaveBeenCalledTimes(events.length);
    expect(new Set(events.map((event) => (event as FlightEvent<string>).type)).size).toBe(8);

    say.calls.reset();
    listener.unsubscribe();
    all();
    expect(say).not.toHaveBeenCalled();
  });
});
