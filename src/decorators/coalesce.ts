import type { Observable, ObservedValueOf } from 'rxjs';
import type { CoalesceDecorator } from './coalesce-decorator.js';
import type { CoalesceMethodConfig } from './coalesce-method-config.js';
import { coalesced } from '../coalesced/coalesced.js';
import { methodDecorator } from './method-decorator.js';

/**
 * Decorates a method that returns an Observable: concurrent calls with equal keys on one instance share one run, as with
 * {@link coalesced}.
 *
 * Each instance has a registry of its own for each decorated method, which is garbage-collected with the instance. A static method
 * has one for each class that it is called on. An overriding method has another registry than the method that it overrides:
 * `super.load()` starts or joins a flight of the base method. `this` is the instance, in the method and in `keyFn`. To share between
 * instances, pass a registry as `inFlight`. Without such a registry, calls of a method taken off its instance (`const f = users.load`) share nothing.
 *
 * Properties and `Reflect` metadata that other decorators set on the method are kept, in any order of the decorators.
 * It works as a standard decorator and with `experimentalDecorators`; only standard decorators can decorate `#private` methods. To
 * get the registry of an instance, for `forget` or `events`, use a field instead of a method: `readonly load = coalesced(...)`.
 *
 * @param config - `keyFn`: by default {@link argumentsKey}; `inFlight`: by default a registry for each instance;
 * `bufferSize`, by default `Infinity`, and `resetOnRefCountZero`, by default `true`, as in {@link FlightConfig}
 * @returns the decorator
 * @throws TypeError if `config` is wrong, if the parentheses are missing, or if the decorated member is not a method
 * @see {@link CoalesceAsync} for methods that return a promise, {@link coalesced} for functions and fields
 *
 * @example
 * ```ts
 * import { map, timer, type Observable } from 'rxjs';
 * import { Coalesce } from 'rxjs-coalesce';
 *
 * class Users {
 *   runs = 0;
 *
 *   @Coalesce()
 *   load(id: number): Observable<string> {
 *     return timer(10).pipe(map(() => `user ${id}, run ${++this.runs}`));
 *   }
 * }
 *
 * const users = new Users();
 * users.load(7).subscribe((user) => console.log('first:', user));
 * users.load(7).subscribe((user) => console.log('second:', user));
 *
 * // Output:
 * // first: user 7, run 1
 * // second: user 7, run 1
 * ```
 */
export function Coalesce<
  This = any,
  A extends readonly any[] = any,
  R extends Observable<any> = Observable<any>,
  K = unknown,
>(config?: CoalesceMethodConfig<This, A, ObservedValueOf<R>, K>): CoalesceDecorator<This, A, R>;
export function Coalesce(...params: unknown[]): CoalesceDecorator<any, any, any> {
  return methodDecorator('Coalesce', params, coalesced);
}
