import { finalize, fromEvent, map, NEVER, Observable, of, Subject, type Subscription } from 'rxjs';
import { coalesceBy, coalescedAsync, inFlightCalls } from '../src/index.js';
import { CountedController } from './support/counted-listeners.js';
import { globalErrors } from './support/global-errors.js';

/** A notifier's teardown may act while a call is joining the lingering flight, and may end that flight before the call has joined. */
describe('A call that is joining a lingering flight while its notifier is torn down', () => {
  function lingering(dropped: () => void): {
    source: Subject<string>;
    config: { resetOnRefCountZero: () => Observable<never> };
  } {
    let once = dropped;
    const act = (): void => {
      const now = once;
      once = () => {};
      now();
    };
    return { source: new Subject(), config: { resetOnRefCountZero: () => NEVER.pipe(finalize(act)) } };
  }

  it('settles by its signal, and leads nothing, if the signal aborts and the flight ends (laws 17, 19, 24)', async () => {
    const controller = new AbortController();
    let runs = 0;
    const { source, config } = lingering(() => {
      controller.abort('bored');
      source.complete();
    });
    const inFlight = inFlightCalls<string, string>();
    const load = coalescedAsync(
      (signal: AbortSignal): Observable<string> => {
        runs++;
        return fromEvent(signal, 'abort').pipe(map(() => 'aborted'));
      },
      { keyFn: () => 'a', inFlight },
    );
    inFlight
      .join('a', () => source, config)
      .subscribe()
      .unsubscribe();
    const errors = await globalErrors(async () => {
      await expectAsync(load(controller.signal)).toBeRejectedWith('bored');
    });
    expect(errors).toEqual([]);
    expect(runs).toBe(0);
    expect(inFlight.size).toBe(0);
  });

  it('settles a promise call that was made meanwhile and joined before the flight ended (law 16)', async () => {
    const inFlight = inFlightCalls<string, string>();
    const load = coalescedAsync((): Observable<string> => of('afresh'), { keyFn: () => 'a', inFlight });
    let meanwhile: Promise<string> | undefined;
    const { source, config } = lingering(() => {
      meanwhile = load();
      source.next('first');
      source.complete();
    });
    inFlight
      .join('a', () => source, config)
      .subscribe()
      .unsubscribe();
    await expectAsync(load()).toBeResolvedTo('afresh');
    await expectAsync(meanwhile!).toBeResolvedTo('first');
    expect(inFlight.size).toBe(0);
  });

  it('leaves no listener of the ended flight on its signal (law 18)', async () => {
    const { source, config } = lingering(() => {
      source.complete();
    });
    const inFlight = inFlightCalls<string, string>();
    const load = coalescedAsync(
      async (signal: AbortSignal): Promise<string> => {
        await Promise.resolve();
        return signal.aborted ? 'aborted' : 'fresh';
      },
      { keyFn: () => 'a', inFlight },
    );
    inFlight
      .join('a', () => source, config)
      .subscribe()
      .unsubscribe();
    const controller = new CountedController();
    const call = load(controller.signal);
    expect(controller.listeners).toBe(1);
    expect(await call).toBe('fresh');
    expect(controller.listeners).toBe(0);
  });

  it('lets the flight linger again, with a notifier of its own, if it leaves before it has joined (law 24)', () => {
    const notifiers: Subject<void>[] = [];
    const unsubscribed: string[] = [];
    let call: Subscription | undefined;
    const inFlight = inFlightCalls<string, string>();
    const join = (): Observable<string> =>
      inFlight.join('a', () => NEVER.pipe(finalize(() => unsubscribed.push('source'))), {
        resetOnRefCountZero: () => {
          const notifier = new Subject<void>();
          notifiers.push(notifier);
          return notifier.pipe(finalize(() => call?.unsubscribe()));
        },
      });
    join().subscribe().unsubscribe();
    new Observable<string>((subscriber) => {
      call = subscriber;
      return join().subscribe(subscriber);
    }).subscribe();
    expect(notifiers.length).toBe(2);
    expect(unsubscribed).toEqual([]);
    notifiers[1]!.next();
    expect(unsubscribed).toEqual(['source']);
    expect(inFlight.size).toBe(0);
  });

  it('waits for a slot if the flight ends (law 15)', () => {
    const { source, config } = lingering(() => {
      source.complete();
    });
    const inFlight = inFlightCalls<string, string>();
    const led = new Map<string, Subject<string>>();
    const values = new Subject<string>();
    inFlight
      .join('a', () => source, config)
      .subscribe()
      .unsubscribe();
    const received: string[] = [];
    values
      .pipe(
        coalesceBy(
          (value) => value,
          (value) => {
            const run = new Subject<string>();
            led.set(value, run);
            return run;
          },
          { concurrent: 1, inFlight },
        ),
      )
      .subscribe((answer) => received.push(answer));
    values.next('b');
    values.next('a');
    expect([...led.keys()]).toEqual(['b']);
    led.get('b')!.complete();
    expect([...led.keys()]).toEqual(['b', 'a']);
    led.get('a')!.next('answer');
    expect(received).toEqual(['answer']);
  });

  for (const ends of [true, false]) {
    it(`is answered with the other values of its key that come meanwhile, if the flight ${ends ? 'ends' : 'goes on'} (law 13)`, () => {
      const values = new Subject<string>();
      const { source, config } = lingering(() => {
        values.next('a');
        if (ends) source.complete();
      });
      const inFlight = inFlightCalls<string, string>();
      inFlight
        .join('a', () => source, config)
        .subscribe()
        .unsubscribe();
      const events: string[] = [];
      inFlight.events.subscribe(({ type, callers }) => events.push(`${type} ${callers}`));
      const run = new Subject<string>();
      const received: string[] = [];
      values
        .pipe(
          coalesceBy(
            (value) => value,
            () => run,
            { inFlight },
          ),
        )
        .subscribe((answer) => received.push(answer));
      values.next('a');
      expect(inFlight.callers('a')).toBe(2);
      expect(events).toEqual(ends ? ['complete 0', 'start 1', 'join 2'] : ['join 1', 'join 2']);
      (ends ? run : source).next('answer');
      expect(received).toEqual(['answer', 'answer']);
    });
  }
});
