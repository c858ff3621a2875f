import { describe } from './describe.js';

/** The error if `where` was given a wrong value for `name`. */
export function unexpected(where: string, name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${where}: expected "${name}" to be ${expected}, got ${describe(value)}`);
}
