import { AsyncSubject, Observable } from 'rxjs';
import type { HttpResponse } from './http-response.js';
import { discard } from './read-once.js';
import { ResponseChanges } from './response-changes.js';

/** What the callers of a run hear of it: a value, or, before its end, none. */
export interface Word {
  readonly run: Run;
  readonly values: readonly unknown[];
}

/** One run of a handler. */
export class Run {
  /** What the run has changed of its leader's response. */
  readonly changes: ResponseChanges | undefined;
  readonly #over = new AsyncSubject<never>();
  #leaderLeft = false;

  constructor(response: HttpResponse | undefined) {
    this.changes = response && new ResponseChanges(response);
  }

  /** Its words. An end comes with one of its own, so that each caller hears of the run, even of one that fails at once. */
  words(source: Observable<unknown>): Observable<Word> {
    return new Observable<Word>((subscriber) => {
      const say = (...values: readonly unknown[]) => {
        this.changes?.record();
        subscriber.next({ run: this, values });
        // The leader's interceptors have heard, and may have set what is for the leader alone.
        this.changes?.ignore();
        if (this.#leaderLeft) {
          values.forEach(discard);
        }
      };
      subscriber.add(() => this.#over.complete());
      subscriber.add(
        source.subscribe({
          next: (value) => say(value),
          error: (error: unknown) => {
            say();
            subscriber.error(error);
          },
          complete: () => {
            say();
            subscriber.complete();
          },
        }),
      );
    });
  }

  /** Completes when the run has ended. */
  over(): Observable<never> {
    return this.#over;
  }

  /** The leader leaves. */
  leave(): void {
    this.#leaderLeft = true;
  }
}
