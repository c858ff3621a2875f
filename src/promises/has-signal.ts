import { isPlainObject } from '../keys/is-plain-object.js';

/** Whether an object is an options object with a `signal` of its own. */
export function hasSignal(value: object): value is { readonly signal: unknown } {
  return isPlainObject(value) && Object.hasOwn(value, 'signal');
}
