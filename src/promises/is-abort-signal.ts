/**
 * Whether a value is an `AbortSignal`, of any realm, or a polyfill's.
 *
 * By the brand of its class, which no data can have, and not by `instanceof`. An object that names itself so is none.
 */
export function isAbortSignal(value: unknown): value is AbortSignal {
  const signal = value as (AbortSignal & { readonly [Symbol.toStringTag]?: unknown }) | null | undefined;
  return (
    signal?.[Symbol.toStringTag] === 'AbortSignal' &&
    !Object.hasOwn(signal, Symbol.toStringTag) &&
    typeof signal.aborted === 'boolean' &&
    typeof signal.addEventListener === 'function'
  );
}
