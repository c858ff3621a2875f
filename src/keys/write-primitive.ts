/**
 * The numbers of symbols, in a place that all copies of this library in a realm know, since keys of two may meet in one registry.
 * They begin anywhere, since those of two realms may meet, too.
 */
const symbolNumbers: unique symbol = /* @__PURE__ */ Symbol.for('rxjs-coalesce.symbols');

interface SymbolNumbers {
  of: Pick<Map<symbol, number>, 'get' | 'set'>;
  next: number;
}

/** Adds a primitive to a text, so that its type and its end are known, and no content can pass for structure; undefined for an object. */
export function writePrimitive(text: string, value: unknown): string | undefined {
  if (typeof value === 'string') {
    const { length } = value;
    // A length in one character is joined faster than its digits.
    return text + (length < 128 ? String.fromCharCode(128 + length) : `"${length}:`) + value;
  }
  if (typeof value === 'number') {
    return text + `${value};`;
  }
  if (typeof value === 'symbol') {
    return writePrimitive(`${text}@`, Symbol.keyFor(value) ?? symbolNumber(value));
  }
  return isPrimitive(value) ? text + String(value) + (typeof value === 'bigint' ? 'n' : ';') : undefined;
}

/** Whether a value is no object, and no function either. */
export function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function');
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
      // In Firefox 140 a WeakMap takes no symbols.
      numbers.of = new Map([[symbol, number]]);
    }
  }
  return number;
}
