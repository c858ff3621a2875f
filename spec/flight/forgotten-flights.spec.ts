import { NEVER, Observable, of, Subject, throwError, timer } from 'rxjs';
import { coalesceBy, coalescedAsync, inFlightCalls, type FlightConfig } from '../../src/index.js';
import { Log } from '../support/log.js';
import { Steered } from '../support/steered.js';
import { unhandledErrors } from '../support/unhandled-errors.js';

/** Makes a call; returns a function that leaves. */
type Come = (resetOnRefCountZero: FlightConfig['resetOnRefCountZero']) => () => void;

describe('Law 21: a forgotten flight without callers is cancelled, since nobody can join it', () => {
  const log = new Log();
  let steered: Steered;
  let inFlight = inFlightCalls<string, unknown>();
  beforeEach(() => {
    log.take();
    steered = new Steered(log);
    inFlight = inFlightCalls();
    inFlight.events.subscribe(({ type, callers }) => log.add(`${type} ${callers}`));
  });

  const faces: Readonly<Record<string, Come>> = {
    join: (resetOnRefCountZero) => {
      const subscription = inFlight.join('k', steered.start, { resetOnRefCountZero }).subscribe();
      return () => subscription.unsubscribe();
    },
    coalesceBy: (resetOnRefCountZero) => {
      const source = new Subject<string>();
      const subscription = source
        .pipe(coalesceBy((value: string) => value, steered.start, { inFlight, resetOnRefCountZero }))
        .subscribe();
      source.next('k');
      return () => subscription.unsubscribe();
    },
    'coalescedAsync with a signal': (resetOnRefCountZero) => {
      const controller = new AbortController();
      const load = coalescedAsync<(signal: AbortSignal) => Observable<unknown>, string>(() => steered.start(), {
        keyFn: () => 'k',
        inFlight,
        resetOnRefCountZero,
      });
      load(controller.signal).catch(() => {});
      return () => controller.abort();
    },
  };
  const notifiers: Readonly<Record<string, () => Observable<unknown>>> = {
    NEVER: () => NEVER,
    'a timer': () => timer(3_600_000),
  };
  for (const [face, come] of Object.entries(faces)) {
    for (const [notifier, make] of Object.entries(notifiers)) {
      it(`when the last caller leaves, whatever its notifier would do: ${face}, ${notifier}`, () => {
        const leave = come(make);
        inFlight.forget('k');
        expect(log.take()).toEqual(['start 1', 'run 1', 'forget 1']);
        leave();
        expect(log.take()).toEqual(['leave 0', 'cancel 0', 'teardown 1']);
      });

      it(`at once if it lingers: ${face}, ${notifier}`, () => {
        for (const forget of ['forget', 'forgetAll'] as const) {
          let dropped = 0;
          const leave = come(() => new Observable(() => () => dropped++));
          leave();
          log.take();
          inFlight[forget]('k');
          expect(log.take().map((line) => line.replace(/\d$/, ''))).toEqual(['forget ', 'cancel ', 'teardown ']);
          expect(dropped).toBe(1);
          expect(inFlight.size).toBe(0);
        }
      });
    }

    it(`but not with false, which lets it go on: ${face}`, () => {
      const leave = come(false);
      inFlight.forget('k');
      leave();
      expect(log.take()).toEqual(['start 1', 'run 1', 'forget 1', 'leave 0']);
      steered.latest.complete();
      expect(log.take()).toEqual(['complete 0', 'teardown 1']);
      const leaveAgain = come(false);
      leaveAgain();
      inFlight.forget('k');
      steered.latest.complete();
      expect(log.take()).toEqual(['start 1', 'run 2', 'leave 0', 'forget 0', 'complete 0', 'teardown 2']);
    });
  }

  it('creates no notifier for it', () => {
    let made = 0;
    const leave = faces['join']!(() => (made++, NEVER));
    inFlight.forget('k');
    leave();
    expect(made).toBe(0);
  });

  it('also if it is forgotten in the leave event of the last caller', () => {
    const leave = faces['join']!(() => NEVER);
    inFlight.events.subscribe(({ type }) => type === 'leave' && inFlight.forget('k'));
    log.take();
    leave();
    expect(log.take()).toEqual(['leave 0', 'forget 0', 'cancel 0', 'teardown 1']);
  });

  it('not while others wait', () => {
    const leave = faces['join']!(() => NEVER);
    const leaveToo = faces['join']!(() => NEVER);
    inFlight.forget('k');
    leave();
    expect(log.take()).toEqual(['start 1', 'run 1', 'join 2', 'forget 2', 'leave 1']);
    leaveToo();
    expect(log.take()).toEqual(['leave 0', 'cancel 0', 'teardown 1']);
  });

  it('also if the teardown of the notifier forgets it while a caller is joining, which then starts afresh', () => {
    const notifier = new Observable(() => () => inFlight.forget('k'));
    const leave = faces['join']!(() => notifier);
    leave();
    log.take();
    faces['join']!(() => NEVER);
    expect(log.take()).toEqual(['forget 0', 'cancel 0', 'teardown 1', 'start 1', 'run 2']);
  });

  it('once, if a listener of forget makes the notifier emit', () => {
    const notifier = new Subject();
    const leave = faces['join']!(() => notifier);
    leave();
    inFlight.events.subscribe(({ type }) => type === 'forget' && notifier.next('now'));
    log.take();
    inFlight.forget('k');
    expect(log.take()).toEqual(['forget 0', 'cancel 0', 'teardown 1']);
  });

  it('and its signal aborts', () => {
    const controller = new AbortController();
    let flightSignal: AbortSignal | undefined;
    const load = coalescedAsync((signal: AbortSignal) => ((flightSignal = signal), steered.start()), {
      keyFn: () => 'k',
      inFlight,
      resetOnRefCountZero: () => NEVER,
    });
    load(controller.signal).catch(() => {});
    controller.abort();
    expect(flightSignal?.aborted).toBeFalse();
    inFlight.forget('k');
    expect(flightSignal?.aborted).toBeTrue();
  });

  describe('what its source throws in its teardown', () => {
    const unhandled = unhandledErrors();

    it('is reported, since forget() must not throw', async () => {
      const error = new Error('in a teardown');
      inFlight
        .join(
          'k',
          () =>
            new Observable(() => () => {
              throw error;
            }),
          { resetOnRefCountZero: () => NEVER },
        )
        .subscribe()
        .unsubscribe();
      expect(inFlight.forget('k')).toBeTrue();
      expect((await unhandled.reported()).flatMap((one) => (one as { errors?: unknown[] }).errors ?? one)).toEqual([
        error,
      ]);
    });
  });

  it('does not affect the flight that has its key now', () => {
    const leave = faces['join']!(() => throwError(() => new Error('never made')));
    inFlight.forget('k');
    inFlight.join('k', () => of('fresh')).subscribe(log.observer('fresh'));
    leave();
    expect(log.take()).toEqual([
      ...['start 1', 'run 1', 'forget 1', 'start 1', 'fresh fresh', 'complete 1', 'fresh complete'],
      ...['leave 0', 'cancel 0', 'teardown 1'],
    ]);
  });
});
