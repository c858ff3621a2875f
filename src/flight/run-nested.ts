import { nesting } from './nesting.js';

/** Runs a coalesced function. A call that it makes does not count as a call from inside the `next` around it. */
export function runNested<This, A extends unknown[], R>(fn: (this: This, ...args: A) => R, self: This, args: A): R {
  nesting.depth++;
  try {
    return fn.apply(self, args);
  } finally {
    nesting.depth--;
  }
}
