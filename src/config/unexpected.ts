import { describe } from './describe.js';

/** The error for a value that is not what `where` takes as `name`. */
export function unexpected(where: string, name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${where}: expected "${name}" to be ${expected}, got ${describe(value)}`);
}
