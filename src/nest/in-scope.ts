import type { AsyncResource } from 'node:async_hooks';
import { Observable } from 'rxjs';

/**
 * Notifies its subscribers in an asynchronous scope. A flight emits in that of its leader, where an `AsyncLocalStorage` has the
 * leader's store: another caller's interceptors would take it for their own.
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
