/**
 * Whether a value is an `AbortSignal`, of any realm, or a polyfill's.
 *
 * By the brand of its class, which no data can have, and not by `instanceof`. An object that names itself so is none.
 */
export function isAbortSignal(value: unknown): value is AbortSignal {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as Partial<Record<symbol, unknown>>)[Symbol.toStringTag] === 'AbortSignal' &&
    !Object.hasOwn(value, Symbol.toStringTag) &&
    typeof (value as AbortSignal).aborted === 'boolean' &&
    typeof (value as AbortSignal).addEventListener === 'function'
  );
}
