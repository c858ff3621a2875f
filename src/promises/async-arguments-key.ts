import { keyOfList } from '../keys/arguments-key.js';
import { isPlainObject } from '../keys/is-plain-object.js';
import { isAbortSignal } from './is-abort-signal.js';

/**
 * {@link argumentsKey} without the caller's signal. An options object with no property but `signal` counts as absent, so
 * `{ signal: maybeSignal }` gives the same key as no options.
 */
export function asyncArgumentsKey(...args: readonly unknown[]): unknown {
  return asyncKeyOfList(args);
}

/** {@link asyncArgumentsKey} of arguments that are in an array already. */
export function asyncKeyOfList(args: readonly unknown[]): unknown {
  let others: unknown[] | undefined;
  // Only the last signal is the caller's, and so is left out.
  let found = false;
  for (let place = args.length - 1; place >= 0; place--) {
    const value = args[place];
    if (typeof value !== 'object' || value === null) {
      continue;
    }
    let signal: unknown = value;
    let rest: object | undefined;
    if (isPlainObject(value)) {
      if (!Object.hasOwn(value, 'signal')) {
        continue;
      }
      ({ signal, ...rest } = value);
    }
    if (signal === undefined || (!found && isAbortSignal(signal))) {
      found ||= signal !== undefined;
      others ??= [...args];
      others[place] = rest && Reflect.ownKeys(rest).length > 0 ? rest : undefined;
    }
  }
  return keyOfList(others ?? args);
}
