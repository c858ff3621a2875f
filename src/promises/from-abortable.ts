import { Observable } from 'rxjs';
import { expectFunction } from '../config/expect-function.js';
import { isPromiseLike } from '../flight/is-promise-like.js';
import { unexpected } from '../config/unexpected.js';

/**
 * Creates an Observable from an abortable promise: each subscription calls `start`, and unsubscribing aborts the signal.
 *
 * It shares nothing by itself. Inside {@link coalesced}, the signal aborts when the last caller has left. It never aborts after the
 * promise has settled. If the promise rejects after its signal has aborted, the rejection is dropped. If `start` throws, or its result is
 * not a promise, the subscriber gets an error notification.
 *
 * @param start - starts the work, and passes the signal on to it, for example to `fetch`
 * @returns an Observable of the promise's value
 * @throws TypeError if `start` is not a function
 * @see {@link promiseFrom} for the opposite direction
 * @see {@link https://dom.spec.whatwg.org/#abortcontroller-api-integration | the AbortController integration of the DOM standard}
 *
 * @example
 * ```ts
 * import { setTimeout } from 'node:timers/promises';
 * import { coalesced, fromAbortable } from 'rxjs-coalesce';
 *
 * const greet = coalesced((name: string) => fromAbortable((signal) => setTimeout(10, `hello ${name}`, { signal })));
 *
 * greet('Ada').subscribe((greeting) => console.log(greeting));
 *
 * // Output:
 * // hello Ada
 * ```
 */
export function fromAbortable<T>(start: (signal: AbortSignal) => PromiseLike<T>): Observable<T> {
  expectFunction('fromAbortable', 'start', start);
  return new Observable<T>((subscriber) => {
    const controller = new AbortController();
    let settled = false;
    subscriber.add(() => {
      if (!settled) {
        controller.abort();
      }
    });
    const fail = (error: unknown): void => {
      settled = true;
      if (!subscriber.closed) {
        subscriber.error(error);
      }
    };
    try {
      const promise = start(controller.signal);
      if (!isPromiseLike<T>(promise)) {
        throw unexpected('fromAbortable', 'start', 'a function that returns a promise', promise);
      }
      promise.then((value) => {
        settled = true;
        if (!subscriber.closed) {
          subscriber.next(value);
          subscriber.complete();
        }
      }, fail);
    } catch (error) {
      fail(error);
    }
  });
}
