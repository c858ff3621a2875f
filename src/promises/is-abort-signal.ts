/**
 * Whether a value is an `AbortSignal`, of any realm, or a polyfill's.
 *
 * Checks the `Symbol.toStringTag` of its class, not `instanceof`. Plain data has none, and an object that sets one on itself does not
 * count.
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
