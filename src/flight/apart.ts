let depth = 0;

/** How many functions, listeners and resumptions run {@link apart}, one inside another. */
export function depthApart(): number {
  return depth;
}

/** Applies a function {@link apart}; in a scope of its own, so that nothing keeps the arguments. */
export function applyApart<This, A extends unknown[], R>(fn: (this: This, ...args: A) => R, self: This, args: A): R {
  return apart(() => fn.apply(self, args));
}

/** Runs what asks on its own account: a call made from inside it is not one made from inside the `next` around it. */
export function apart<R>(run: () => R): R {
  depth++;
  try {
    return run();
  } finally {
    depth--;
  }
}
