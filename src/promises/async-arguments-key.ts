import { callerSignal, type CallerSignal } from './caller-signal.js';
import { keyOfList } from '../keys/arguments-key.js';
import { hasSignal } from './has-signal.js';
import { isObject } from '../keys/is-object.js';

/**
 * {@link argumentsKey} without the caller's signal. An options object with no property but `signal` counts as absent, so
 * `{ signal: maybeSignal }` gives the same key as no options.
 */
export function asyncArgumentsKey(...args: readonly unknown[]): unknown {
  return asyncKeyOfList(args, callerSignal(args));
}

/** {@link asyncArgumentsKey} of arguments that are in an array already, with the signal that was found among them. */
export function asyncKeyOfList(args: readonly unknown[], own: CallerSignal | undefined): unknown {
  let others: unknown[] | undefined;
  for (let place = 0; place < args.length; place++) {
    const value = args[place];
    if (isObject(value)) {
      const options = hasSignal(value) && value;
      if (place === own?.place || (options && options.signal === undefined)) {
        const { signal: _, ...rest } = options || {};
        others ??= [...args];
        others[place] = Reflect.ownKeys(rest).length > 0 ? rest : undefined;
      }
    }
  }
  return keyOfList(others ?? args);
}
