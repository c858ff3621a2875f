import { writeContainer } from '../keys/write-container.js';
import { writePrimitive } from '../keys/write-primitive.js';

/**
 * A key as text: equal keys have the same text in every process, different keys have different texts. `1` and `'1'` differ.
 *
 * It is escaped as in JSON, so that no medium changes it on the way.
 *
 * @throws TypeError if the key, or the arguments that it was made of, contain an unregistered symbol, or something that cannot be compared by
 * content
 */
export function keyText(key: unknown): string {
  const text = writePrimitive('', key) ?? writeContainer('', key as object, 1);
  // A key of `argumentsKey` is a text already, in which a symbol may be written as a number.
  const structure = typeof key === 'string' ? (key.startsWith('\x1f') ? key : '') : text;
  if (hasUnregisteredSymbol(structure)) {
    throw new TypeError('An unregistered symbol differs in each process: use Symbol.for, or pass a keyFn');
  }
  return JSON.stringify(text).slice(1, -1);
}

/** Reads the format of `writePrimitive`: the length stands before each text, and an unregistered symbol is written as a number. */
function hasUnregisteredSymbol(structure: string): boolean {
  if (!structure.includes('@')) {
    // No symbol at all, as in nearly all keys.
    return false;
  }
  const token = /@\d|"(\d+):|[^]/y;
  for (;;) {
    const [found, length] = token.exec(structure) ?? [''];
    if (found === '' || /^@\d/.test(found)) {
      return found !== '';
    }
    const code = found.charCodeAt(0);
    token.lastIndex += length !== undefined ? Number(length) : code >= 128 ? code - 128 : 0;
  }
}
