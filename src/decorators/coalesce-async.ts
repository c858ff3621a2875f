import type { CoalesceDecorator } from './coalesce-decorator.js';
import type { CoalesceMethodConfig } from './coalesce-method-config.js';
import { coalescedAsync } from '../promises/coalesced-async.js';
import { methodDecorator } from './method-decorator.js';

/**
 * Decorates a method that returns a promise: concurrent calls with equal keys on one instance share one run, as with
 * {@link coalescedAsync}.
 *
 * A caller may pass an `AbortSignal`, as an argument or as the `signal` of an options object. Aborting it rejects only that caller, and
 * that caller leaves. If the leader passed a signal, the method gets another one instead, which aborts when the last caller has left.
 * Instances, classes, overriding methods and `inFlight` work as with {@link Coalesce}.
 *
 * @param config - `keyFn`: by default {@link argumentsKey} without the caller's signal; `inFlight`: by default a registry for
 * each instance; `bufferSize` and `resetOnRefCountZero`, by default `true`, as in {@link FlightConfig}
 * @returns the decorator
 * @throws TypeError if `config` is wrong, if the parentheses are missing, or if the decorated member is not a method
 * @see {@link Coalesce} for methods that return an Observable, {@link coalescedAsync} for functions and fields
 *
 * @example
 * ```ts
 * import { CoalesceAsync } from 'rxjs-coalesce';
 *
 * class Users {
 *   runs = 0;
 *
 *   @CoalesceAsync()
 *   async load(id: number, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<string> {
 *     await new Promise((resolve) => setTimeout(resolve, 10));
 *     return `user ${id}, run ${++this.runs}, aborted: ${signal?.aborted}`;
 *   }
 * }
 *
 * const users = new Users();
 * const impatient = new AbortController();
 * const calls = [users.load(7, { signal: impatient.signal }), users.load(7)];
 * impatient.abort('no time');
 * console.log(await Promise.allSettled(calls));
 *
 * // Output:
 * // [
 * //   { status: 'rejected', reason: 'no time' },
 * //   { status: 'fulfilled', value: 'user 7, run 1, aborted: false' }
 * // ]
 * ```
 */
export function CoalesceAsync<
  This = any,
  A extends readonly any[] = any,
  R extends Promise<any> = Promise<any>,
  K = unknown,
>(config?: CoalesceMethodConfig<This, A, Awaited<R>, K>): CoalesceDecorator<This, A, R>;
export function CoalesceAsync(...params: unknown[]): CoalesceDecorator<any, any, any> {
  return methodDecorator('CoalesceAsync', params, coalescedAsync);
}
