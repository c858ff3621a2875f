/**
 * How what plain data cannot say crosses to other participants: instances of classes, functions' results of your own making, errors with more than
 * names and texts.
 *
 * Both ends must have equal codecs. What arrives is anybody's who can write to the medium: `decode` must make data of it, and run nothing.
 *
 * @example
 * ```ts
 * import type { Codec } from 'rxjs-coalesce/web';
 *
 * class User {
 *   constructor(readonly name: string) {}
 * }
 *
 * const users: Codec = {
 *   encode: (value) => (value instanceof User ? { user: value.name } : value),
 *   decode: (data) => (typeof data === 'object' && data !== null && 'user' in data ? new User(String(data.user)) : data),
 * };
 *
 * console.log(users.decode(users.encode(new User('Ada'))));
 *
 * // Output:
 * // User { name: 'Ada' }
 * ```
 */
export interface Codec {
  /**
   * Makes plain data of a value, or of an error. What it returns as it is crosses as without a codec.
   *
   * A throw is told by `apart`: what could not be encoded is not sent, and those who wait run apart.
   */
  encode(value: unknown): unknown;

  /** Makes of that data what the callers get. Where it throws, the flight runs apart. */
  decode(data: unknown): unknown;
}
