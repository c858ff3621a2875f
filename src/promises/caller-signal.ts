import { isPlainObject } from '../keys/is-plain-object.js';

/** The signal that a caller brought: its last argument, or the own `signal` of a plain options object in that place. */
export function callerSignal(args: readonly unknown[]): AbortSignal | undefined {
  const last = args[args.length - 1];
  if (typeof last !== 'object' || last === null) {
    return undefined;
  }
  if (isAbortSignal(last)) {
    return last;
  }
  if (isPlainObject(last) && Object.hasOwn(last, 'signal')) {
    const { signal } = last;
    return isAbortSignal(signal) ? signal : undefined;
  }
  return undefined;
}

/** Whether a value is an `AbortSignal`. */
export function isAbortSignal(value: unknown): value is AbortSignal {
  return value instanceof AbortSignal;
}
