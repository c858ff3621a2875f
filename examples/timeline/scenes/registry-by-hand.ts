import { finalize, Observable, shareReplay, Subject } from 'rxjs';
import type { FlightEvent } from 'rxjs-coalesce';

/** The registry that everyone writes. */
export function registryByHand<T>(fn: (key: string) => Observable<T>): RegistryByHand<T> {
  const pending = new Map<string, Observable<T>>();
  const reported = new ReportedRuns<T>();

  function load(key: string): Observable<T> {
    let shared = pending.get(key);
    if (shared === undefined) {
      shared = reported.run(key, fn(key)).pipe(
        finalize(() => pending.delete(key)),
        shareReplay({ bufferSize: 1, refCount: true }),
      );
      shared = reported.calls(key, shared);
      pending.set(key, shared);
    }
    return shared;
  }

  return { load, events: reported.events };
}

export interface RegistryByHand<T> {
  readonly load: (key: string) => Observable<T>;
  readonly events: Observable<FlightEvent<string>>;
}

/** Emits events of its runs as the library does, so that they can be drawn. */
class ReportedRuns<T> {
  readonly #events = new Subject<FlightEvent<string>>();
  readonly #callers = new Map<string, { flight: number; callers: number; ended: boolean }>();
  readonly events = this.#events.asObservable();
  #runs = 0;

  run(key: string, source: Observable<T>): Observable<T> {
    return new Observable((subscriber) => {
      const run = { flight: ++this.#runs, callers: 1, ended: false };
      this.#callers.set(key, run);
      this.#events.next({ type: 'start', key, flight: run.flight, callers: 1 });
      const end = (event: { type: 'complete' } | { type: 'error'; error: unknown }): void => {
        run.ended = true;
        this.#events.next({ ...event, key, flight: run.flight, callers: run.callers });
      };
      return source.subscribe({
        next: (value) => subscriber.next(value),
        error: (error: unknown) => {
          end({ type: 'error', error });
          subscriber.error(error);
        },
        complete: () => {
          end({ type: 'complete' });
          subscriber.complete();
        },
      });
    });
  }

  calls(key: string, shared: Observable<T>): Observable<T> {
    return new Observable((subscriber) => {
      const runs = this.#runs;
      const call = shared.subscribe(subscriber);
      const run = this.#callers.get(key);
      if (run === undefined) return call;
      const { flight } = run;
      // Also for calls that join when it has ended: that is what goes wrong.
      if (this.#runs === runs) this.#events.next({ type: 'join', key, flight, callers: (run.callers += 1) });
      return () => {
        if (!run.ended) {
          this.#events.next({ type: 'leave', key, flight, callers: (run.callers -= 1) });
          if (run.callers === 0) this.#events.next({ type: 'cancel', key, flight, callers: 0 });
        }
        call.unsubscribe();
      };
    });
  }
}
