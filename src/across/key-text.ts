import { writeContainer } from '../keys/write-container.js';
import { writePrimitive } from '../keys/write-primitive.js';

/**
 * A key as a text that is the same in every process, and another for every other key: `1` and `'1'` differ.
 *
 * Escaped as JSON does, so that no medium changes it on the way.
 *
 * @throws TypeError for an unregistered symbol, in the key or in the arguments that it was made of, and for what cannot be compared by content
 */
export function keyText(key: unknown): string {
  const text = writePrimitive('', key) ?? writeContainer('', key as object, 1);
  // What `argumentsKey` has made is a text already, and may hold the number of a symbol.
  const structure = typeof key === 'string' ? (key.startsWith('\x1f') ? key : '') : text;
  if (hasUnregisteredSymbol(structure)) {
    throw new TypeError(
      'A key with an unregistered symbol is another in each process: use Symbol.for, or pass a keyFn',
    );
  }
  return JSON.stringify(text).slice(1, -1);
}

/** Reads what `writePrimitive` writes: texts with their length before them, and an unregistered symbol as a number. */
function hasUnregisteredSymbol(structure: string): boolean {
  if (!structure.includes('@')) {
    // Nearly always.
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
