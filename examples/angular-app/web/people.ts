import { HttpClient } from '@angular/common/http';
import { inject, Injectable, signal } from '@angular/core';
import { defer, filter, finalize, startWith, Subject, switchMap, tap, type Observable } from 'rxjs';
import { coalesced } from 'rxjs-coalesce';
import type { Person } from '../api.js';
import { coalescing } from './coalescing.js';

@Injectable({ providedIn: 'root' })
export class People {
  readonly #http = inject(HttpClient);
  readonly #written = new Subject<number>();
  readonly #request = (id: number) => this.#http.get<Person>(`/api/people/${id}`);
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
        // A read that began before the write may answer with the state before it. The interceptor has forgotten it already.
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
