import { concatMap, defer, map, take, tap, throwError, timer, type Observable } from 'rxjs';
import type { Part, Settings, Tally } from './api.js';
import type { Things } from './things.js';

/** Replaces the server if there is none, and behaves and counts as it does. */
export class ThingsInPage implements Things {
  readonly play: string;
  readonly #settings: () => Settings;
  readonly #versions = new Map<string, number>();
  readonly #tally = { received: 0, answered: 0, failed: 0, aborted: 0, written: 0 };

  constructor(play: string, settings: () => Settings) {
    this.play = play;
    this.#settings = settings;
  }

  readonly get = (key: string): Observable<Part> =>
    defer(() => {
      const { latency, broken, values } = this.#settings();
      const request = (this.#tally.received += 1);
      const version = this.#versions.get(key) ?? 1;
      const answer =
        request <= broken
          ? timer(latency).pipe(concatMap(() => throwError(() => new Error('The server answered 503'))))
          : timer(latency / values, latency / values).pipe(
              take(values),
              map((index) => ({ key, request, version, value: index + 1, filling: '' })),
            );
      return answer.pipe(
        tap({
          complete: () => (this.#tally.answered += 1),
          error: () => (this.#tally.failed += 1),
          unsubscribe: () => (this.#tally.aborted += 1),
        }),
      );
    });

  readonly put = (key: string): Promise<void> => {
    this.#tally.written += 1;
    this.#versions.set(key, (this.#versions.get(key) ?? 1) + 1);
    return Promise.resolve();
  };

  tally(): Promise<Tally> {
    return Promise.resolve(this.#tally);
  }
}
