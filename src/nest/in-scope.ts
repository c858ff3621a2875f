import type { AsyncResource } from 'node:async_hooks';
import { Observable } from 'rxjs';

/**
 * Notifies its subscribers in an asynchronous scope. A flight emits in the scope of its leader: there, an `AsyncLocalStorage` would
 * give the leader's store to the interceptors of every caller.
 */
export function inScope<T>(scope: AsyncResource, source: Observable<T>): Observable<T> {
  return new Observable((subscriber) =>
    source.subscribe({
      next: (value) => scope.runInAsyncScope(() => subscriber.next(value)),
      error: (error: unknown) => scope.runInAsyncScope(() => subscriber.error(error)),
      complete: () => scope.runInAsyncScope(() => subscriber.complete()),
    }),
  );
}
