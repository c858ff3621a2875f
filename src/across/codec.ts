/**
 * How values that are not plain data are sent to the others: instances of classes, or errors with more than a name and texts. Exported by
 * `rxjs-coalesce/web` and `rxjs-coalesce/redis`.
 *
 * All participants must have equal codecs. Data may come from anybody who can write to the medium, so `decode` must treat it as data,
 * and run nothing of it.
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
   * Makes plain data of a value or an error. A value that it returns unchanged is sent as without a codec.
   *
   * If it throws, the value is not sent. The callers elsewhere run apart, and the event `apart` has the error.
   */
  encode(value: unknown): unknown;

  /** Makes the value or the error of that data. If it throws, the flight runs apart. */
  decode(data: unknown): unknown;
}
