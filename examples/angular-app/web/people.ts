import { HttpClient, HttpContext } from '@angular/common/http';
import { inject, Injectable, signal } from '@angular/core';
import { defer, filter, finalize, startWith, Subject, switchMap, tap, type Observable } from 'rxjs';
import { coalesced } from 'rxjs-coalesce';
import { COALESCE } from 'rxjs-coalesce/angular';
import type { Person } from '../api.js';
import { coalescing } from './coalescing.js';

// Who is coalesced here must not be so again by the interceptor, which would let a fresh read join one from before the write.
const untouched = { context: new HttpContext().set(COALESCE, false) };

@Injectable({ providedIn: 'root' })
export class People {
  readonly #http = inject(HttpClient);
  readonly #written = new Subject<number>();
  readonly #request = (id: number) => this.#http.get<Person>(`/api/people/${id}`, untouched);
  readonly #requestOnce = coalesced(this.#request);

  readonly inFlight = this.#requestOnce.inFlight;

  /** How many widgets wait for somebody. */
  readonly waiting = signal(0);

  /** The person as of now, and again after each change; never completes. */
  person(id: number): Observable<Person> {
    return this.#written.pipe(
      filter((written) => written === id),
      startWith(id),
      switchMap(() => this.#read(id)),
    );
  }

  write(id: number, status: string): Observable<Person> {
    return this.#http.put<Person>(`/api/people/${id}`, { status }).pipe(
      tap(() => {
        // A read that began before the write may answer with what was before it.
        this.inFlight.forget(id);
        this.#written.next(id);
      }),
    );
  }

  #read(id: number): Observable<Person> {
    return defer(() => {
      this.waiting.update((count) => count + 1);
      return coalescing() ? this.#requestOnce(id) : this.#request(id);
    }).pipe(finalize(() => this.waiting.update((count) => count - 1)));
  }
}
