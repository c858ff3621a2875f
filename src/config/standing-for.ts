/** Gives `call` the name and the length of `fn`, the function that it replaces. */
export function standingFor<F extends object>(fn: (...args: never[]) => unknown, call: F): F {
  return Object.defineProperties(call, { name: { value: fn.name }, length: { value: fn.length } });
}
