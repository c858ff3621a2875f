import { unexpected } from './unexpected.js';

/** Throws a `TypeError` unless the value is a function. */
export function expectFunction(where: string, name: string, value: unknown): void {
  if (typeof value !== 'function') {
    throw unexpected(where, name, 'a function', value);
  }
}
