import { isObject } from './is-object.js';

/**
 * The numbers of symbols. All copies of this library in a realm share them, because keys of two copies may meet in one registry. The first
 * number is random, because keys of two realms may meet, too.
 */
const symbolNumbers: unique symbol = /* @__PURE__ */ Symbol.for('rxjs-coalesce.symbols');

interface SymbolNumbers {
  of: Pick<Map<symbol, number>, 'get' | 'set'>;
  next: number;
}

/**
 * Adds a primitive to a text in such a way that its type and its end are clear, and no content can look like structure. Returns undefined for
 * an object.
 */
export function writePrimitive(text: string, value: unknown): string | undefined {
  if (typeof value === 'string') {
    const { length } = value;
    // A length in one character is appended faster than digits.
    return text + (length < 128 ? String.fromCharCode(128 + length) : `"${length}:`) + value;
  }
  if (typeof value === 'number') {
    return text + `${value};`;
  }
  if (typeof value === 'symbol') {
    return writePrimitive(`${text}@`, Symbol.keyFor(value) ?? symbolNumber(value));
  }
  return isObject(value) ? undefined : text + String(value) + (typeof value === 'bigint' ? 'n' : ';');
}

function symbolNumber(symbol: symbol): number {
  const numbers = ((globalThis as { [symbolNumbers]?: SymbolNumbers | undefined })[symbolNumbers] ??= {
    of: new WeakMap<WeakKey, number>() as unknown as SymbolNumbers['of'],
    next: Math.random() * 2 ** 52,
  });
  let number = numbers.of.get(symbol);
  if (number === undefined) {
    number = numbers.next++;
    try {
      numbers.of.set(symbol, number);
    } catch {
      // A WeakMap of Firefox 140 does not accept symbols.
      numbers.of = new Map([[symbol, number]]);
    }
  }
  return number;
}
