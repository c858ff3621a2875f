import { isAbortSignal } from './is-abort-signal.js';
import { isPlainObject } from '../keys/is-plain-object.js';

/** A signal among the arguments of a call, and in which of them it is. */
export interface CallerSignal {
  readonly signal: AbortSignal;
  readonly place: number;
}

/** The signal that a caller brought: the last argument that is one, or that is a plain options object with one of its own. */
export function callerSignal(args: readonly unknown[]): CallerSignal | undefined {
  for (let place = args.length - 1; place >= 0; place--) {
    const value = args[place];
    if (typeof value === 'object' && value !== null) {
      const signal = isPlainObject(value) && Object.hasOwn(value, 'signal') ? value.signal : value;
      if (isAbortSignal(signal)) {
        return { signal, place };
      }
    }
  }
  return undefined;
}
