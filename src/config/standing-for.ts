/** Gives a function the name and the length of the one that it stands for. */
export function standingFor<F extends object>(fn: (...args: never[]) => unknown, call: F): F {
  return Object.defineProperties(call, {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
  });
}
