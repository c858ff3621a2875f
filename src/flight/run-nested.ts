import { nesting } from './nesting.js';

/** Runs a coalesced function: a call that it makes is not made from inside a `next` around it. */
export function runNested<This, A extends unknown[], R>(fn: (this: This, ...args: A) => R, self: This, args: A): R {
  nesting.depth++;
  try {
    return fn.apply(self, args);
  } finally {
    nesting.depth--;
  }
}
