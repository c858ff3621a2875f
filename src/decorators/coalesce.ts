import type { Observable, ObservedValueOf } from 'rxjs';
import type { CoalesceDecorator } from './coalesce-decorator.js';
import type { CoalesceMethodConfig } from './coalesce-method-config.js';
import { coalesced } from '../coalesced/coalesced.js';
import { methodDecorator } from './method-decorator.js';

/**
 * Decorates a method that returns an Observable, so that concurrent calls on one instance with equal keys share one run, as
 * with {@link coalesced}.
 *
 * Each instance has a registry of its own for each decorated method, collected with the instance; a static method has one for
 * each class that it is called on. A method that overrides another shares nothing with it: `super.load()` runs, or joins, a
 * flight of the base's. `this` is the instance in the method and in `keyFn`. `inFlight` shares wider: between the instances
 * that it is given to. A call without an instance, of a method detached from it, shares nothing otherwise.
 *
 * What other decorators put on the method stays there, properties and `Reflect` metadata alike, in whatever order they stand.
 * The standard decorators and `experimentalDecorators` are served alike, though the latter know no `#private` methods. To reach
 * the registry of an instance, for `forget` or `events`, make the method a field: `readonly load = coalesced(...)`.
 *
 * @param config - `keyFn`: by default {@link argumentsKey}; `inFlight`: by default a registry for each instance;
 * `bufferSize`, by default `Infinity`, and `resetOnRefCountZero`, by default `true`, as in {@link FlightConfig}
 * @returns the decorator
 * @throws TypeError if `config` is wrong, if the parentheses are missing, or if what is decorated is no method
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
