import { HttpClient } from '@angular/common/http';
import { inject, Injectable, signal } from '@angular/core';
import { toObservable } from '@angular/core/rxjs-interop';
import { filter, skipWhile, take } from 'rxjs';
import { promiseFrom } from 'rxjs-coalesce';
import type { Mode } from '../api.js';
import { coalescing } from './coalescing.js';
import { People } from './people.js';

/** At each load every widget asks again, and the server counts from zero. */
@Injectable({ providedIn: 'root' })
export class Loads {
  readonly #http = inject(HttpClient);
  readonly #waiting = toObservable(inject(People).waiting);

  /** Which load this is; 0 before the first. */
  readonly current = signal(0);

  /** After how many milliseconds the last widget knew everybody. */
  readonly took = signal<Readonly<Record<Mode, number | undefined>>>({ with: undefined, without: undefined });

  async begin(coalesce: boolean): Promise<void> {
    const mode = coalesce ? 'with' : 'without';
    coalescing.set(coalesce);
    this.took.update((took) => ({ ...took, [mode]: undefined }));
    await promiseFrom(this.#http.post(`/api/tallies/${mode}`, null));
    const begun = performance.now();
    this.current.update((count) => count + 1);
    await promiseFrom(
      this.#waiting.pipe(
        skipWhile((waiting) => waiting === 0),
        filter((waiting) => waiting === 0),
        take(1),
      ),
    );
    this.took.update((took) => ({ ...took, [mode]: performance.now() - begun }));
  }
}
