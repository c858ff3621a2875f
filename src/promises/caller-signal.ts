import { hasSignal } from './has-signal.js';
import { isAbortSignal } from './is-abort-signal.js';
import { isObject } from '../keys/is-object.js';

/** A signal among the arguments of a call, and the index of the argument that has it. */
export interface CallerSignal {
  readonly signal: AbortSignal;
  readonly place: number;
}

/** The caller's signal: the last argument that is a signal, or a plain options object with its own `signal`. */
export function callerSignal(args: readonly unknown[]): CallerSignal | undefined {
  for (let place = args.length - 1; place >= 0; place--) {
    const value = args[place];
    if (isObject(value)) {
      const signal = hasSignal(value) ? value.signal : value;
      if (isAbortSignal(signal)) {
        return { signal, place };
      }
    }
  }
  return undefined;
}
