import { from, lastValueFrom, Observable, type ObservableInput, type ObservedValueOf } from 'rxjs';
import { isAbortSignal } from './is-abort-signal.js';
import { onAbort } from './on-abort.js';
import { unexpected } from '../config/unexpected.js';

/**
 * Creates a promise from an Observable: it subscribes at once and resolves with the last value, as `lastValueFrom` does, but takes a
 * signal.
 *
 * With a coalesced call it is a caller like any other: if the signal aborts, that caller leaves, and nobody else notices. The promise
 * rejects if the source errors or is not an `ObservableInput`.
 *
 * @param source - an Observable, a promise, or another `ObservableInput`
 * @param options - `signal`: when it aborts, the promise rejects with its `reason` and the source is unsubscribed; if it is already
 * aborted, the source is never subscribed. `defaultValue`: resolves the promise if the source completes without a value; without it the
 * promise rejects with `EmptyError`
 * @returns a promise of the last value
 * @throws TypeError if `options` is not an object or `signal` is not an `AbortSignal`
 * @see {@link fromAbortable} for the opposite direction, {@link coalescedAsync} for an async function
 * @see {@link https://rxjs.dev/api/index/function/lastValueFrom | lastValueFrom}
 *
 * @example
 * ```ts
 * import { timer } from 'rxjs';
 * import { coalesced, promiseFrom } from 'rxjs-coalesce';
 *
 * const load = coalesced((id: number) => timer(id));
 * const impatient = new AbortController();
 *
 * const calls = [promiseFrom(load(10), { signal: impatient.signal }), promiseFrom(load(10))];
 * impatient.abort('no time');
 * console.log(await Promise.allSettled(calls));
 *
 * // Output:
 * // [
 * //   { status: 'rejected', reason: 'no time' },
 * //   { status: 'fulfilled', value: 0 }
 * // ]
 * ```
 */
export function promiseFrom<O extends ObservableInput<any>, D>(
  source: O,
  options: { signal?: AbortSignal | undefined; defaultValue: D },
): Promise<ObservedValueOf<O> | D>;
export function promiseFrom<O extends ObservableInput<any>>(
  source: O,
  options?: { signal?: AbortSignal | undefined },
): Promise<ObservedValueOf<O>>;
export function promiseFrom<T>(
  source: ObservableInput<T>,
  options: { signal?: AbortSignal | undefined; defaultValue?: T } = {},
): Promise<T> {
  if (typeof options !== 'object' || (options as unknown) === null) {
    throw unexpected('promiseFrom', 'options', 'an object', options);
  }
  const { signal } = options;
  if (signal !== undefined && !isAbortSignal(signal)) {
    throw unexpected('promiseFrom', 'signal', 'an AbortSignal', signal);
  }
  const leaving = new Observable<T>((subscriber) => {
    if (signal) {
      subscriber.add(
        onAbort(signal, (reason) => {
          subscriber.error(reason);
        }),
      );
    }
    if (!subscriber.closed) {
      from(source).subscribe(subscriber);
    }
  });
  // Without one, it rejects with EmptyError.
  const config = 'defaultValue' in options ? options : undefined;
  return lastValueFrom(leaving, config as { defaultValue: T });
}
