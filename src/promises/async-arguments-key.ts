import { keyOfList } from '../keys/arguments-key.js';
import { isAbortSignal } from './caller-signal.js';
import { isPlainObject } from '../keys/is-plain-object.js';

/**
 * {@link argumentsKey} without the caller's signal: an options object that held nothing else, not even an undefined one, counts as
 * absent, so that `{ signal: maybeSignal }` makes no difference either way.
 */
export function asyncArgumentsKey(...args: readonly unknown[]): unknown {
  return asyncKeyOfList(args);
}

/** {@link asyncArgumentsKey} of arguments that are in an array already. */
export function asyncKeyOfList(args: readonly unknown[]): unknown {
  const last = args[args.length - 1];
  if (typeof last === 'object' && last !== null) {
    if (isAbortSignal(last)) {
      return keyOfList(args.slice(0, -1));
    }
    if (isPlainObject(last) && Object.hasOwn(last, 'signal')) {
      const { signal, ...rest } = last;
      if (signal === undefined || isAbortSignal(signal)) {
        return keyOfList([...args.slice(0, -1), Reflect.ownKeys(rest).length === 0 ? undefined : rest]);
      }
    }
  }
  return keyOfList(args);
}
