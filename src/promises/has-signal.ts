import { isPlainObject } from '../keys/is-plain-object.js';

/** Whether an argument is an options object with a `signal` of its own. */
export function hasSignal(value: unknown): value is { readonly signal: unknown } {
  return typeof value === 'object' && value !== null && isPlainObject(value) && Object.hasOwn(value, 'signal');
}
