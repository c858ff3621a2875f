import { AsyncSubject, Observable } from 'rxjs';
import type { HttpResponse } from './http-response.js';
import { discard } from './read-once.js';
import { ResponseChanges } from './response-changes.js';

/** What a run emits to its callers: one value, or no value just before the end. */
export interface Notice {
  readonly run: Run;
  readonly values: readonly unknown[];
}

/** One run of a handler. */
export class Run {
  /** The changes that the run has made to its leader's response. */
  readonly changes: ResponseChanges | undefined;
  readonly #over = new AsyncSubject<never>();
  #leaderLeft = false;

  constructor(response: HttpResponse | undefined) {
    this.changes = response && new ResponseChanges(response);
  }

  /** Emits a notice for each value, and one for the end: so every caller gets the run, even if it fails without a value. */
  notices(source: Observable<unknown>): Observable<Notice> {
    return new Observable<Notice>((subscriber) => {
      const emit = (...values: readonly unknown[]) => {
        this.changes?.record();
        subscriber.next({ run: this, values });
        // The leader's interceptors have been notified, and may have set something for the leader alone.
        this.changes?.ignore();
        if (this.#leaderLeft) {
          values.forEach(discard);
        }
      };
      subscriber.add(() => this.#over.complete());
      subscriber.add(
        source.subscribe({
          next: (value) => emit(value),
          error: (error: unknown) => {
            emit();
            subscriber.error(error);
          },
          complete: () => {
            emit();
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
