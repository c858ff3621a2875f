import { writeContainer } from './write-container.js';
import { isObject } from './is-object.js';
import { writePrimitive } from './write-primitive.js';

/** The first character of each key that is not a single primitive argument. */
const structureMark = '\x1f';

/**
 * The default key: two argument lists have the same key only if they are equal, by content.
 *
 * Primitives are compared by type and value, as a `Map` compares them; arrays by their elements (a hole differs from `undefined`);
 * plain objects by their own enumerable properties, including symbols, in any order; `Map` and `Set` by their entries, in any order;
 * `Date`, `URL`, `URLSearchParams`, `Headers` and binary data by type and content. Trailing `undefined` arguments count as absent.
 * Getters are called; if one throws, only that caller gets the error.
 *
 * If the only argument is a primitive, it is the key itself. The exception is a string that looks like an internal key: it gets an
 * encoded key. Without arguments, the key is `undefined`. The key of several arguments is an internal text: `describeFlights` of
 * `rxjs-coalesce/timeline` prints it as arguments.
 *
 * @param args - the arguments of a call
 * @returns the key, to compare as a `Map` compares keys. Except for a single primitive, its form may change between versions
 * @throws TypeError if an argument cannot be compared: a function, an instance of a class or of a subclass, an `AbortSignal`, a cycle.
 * The error names the position of the argument, from 1, and the path inside it. Pass a `keyFn` that returns what identifies it
 * @see {@link coalesced}; {@link coalescedAsync}, whose default key leaves out the caller's signal
 *
 * @example
 * ```ts
 * import { argumentsKey } from 'rxjs-coalesce';
 *
 * console.log(argumentsKey(7));
 * console.log(argumentsKey({ page: 1, size: 20 }) === argumentsKey({ size: 20, page: 1 }));
 * console.log(argumentsKey(['a,b']) === argumentsKey(['a', 'b']));
 *
 * // Output:
 * // 7
 * // true
 * // false
 * ```
 */
export function argumentsKey(...args: readonly unknown[]): unknown {
  return keyOfList(args);
}

/** {@link argumentsKey} for arguments in an array. */
export function keyOfList(args: readonly unknown[]): unknown {
  let { length } = args;
  while (length > 0 && args[length - 1] === undefined) {
    length--;
  }
  // By index, because destructuring an array calls its iterator.
  const first = args[0];
  if (length < 2 && (typeof first === 'string' ? first[0] !== structureMark : !isObject(first))) {
    return first;
  }
  let key = structureMark;
  for (let index = 0; index < length; index++) {
    const value = args[index];
    key = writePrimitive(key, value) ?? writeContainer(key, value as object, index + 1);
  }
  return key;
}
