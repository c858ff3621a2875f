import { catchError, debounceTime, distinctUntilChanged, of, switchMap, timer, type Observable } from 'rxjs';
import { coalesced, fromAbortable, type CoalescedFunction } from 'rxjs-coalesce';

export type Search = CoalescedFunction<unknown, [term: string], string[], string>;

/**
 * One search for all fields of a page. Who types on and comes back within `patience` milliseconds finds the request still
 * under way; after that, the request for a term that nobody waits for is aborted.
 */
export function searchAt(server: URL, patience: number): Search {
  return coalesced(
    (term: string) =>
      fromAbortable(async (signal) => {
        const response = await fetch(new URL(`/${encodeURIComponent(term)}`, server), { signal });
        return (await response.json()) as string[];
      }),
    { keyFn: (term: string) => term, resetOnRefCountZero: () => timer(patience) },
  );
}

/** What to show below a field in which this is typed. */
export function suggestions(typed: Observable<string>, search: Search, pause = 30): Observable<string[]> {
  return typed.pipe(
    debounceTime(pause),
    distinctUntilChanged(),
    switchMap((term) => (term === '' ? of([]) : search(term).pipe(catchError(() => of([]))))),
  );
}
