import { HttpClient } from '@angular/common/http';
import { inject, type Signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { catchError, EMPTY, exhaustMap, filter, map, switchMap, timer } from 'rxjs';
import { Loads } from './loads.js';

const PERIOD = 3000;

/** Who is at their desk, asked for again and again: each widget polls for itself, and the interceptor makes one request for all. */
export function pollPresence(): Signal<ReadonlySet<number> | undefined> {
  const http = inject(HttpClient);
  const polled = toObservable(inject(Loads).current).pipe(
    filter((load) => load > 0),
    switchMap(() => timer(0, PERIOD)),
    exhaustMap(() => http.get<number[]>('/api/presence').pipe(catchError(() => EMPTY))),
  );
  return toSignal(polled.pipe(map((ids) => new Set(ids))));
}
