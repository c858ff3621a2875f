let symbolCount = 0;
const symbolNumbers = /* @__PURE__ */ new WeakMap<object, number>();

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

function symbolNumber(symbol: symbol): number | undefined {
  // As a key of a WeakMap, which the types do not know yet.
  const unregistered = symbol as unknown as object;
  if (!symbolNumbers.has(unregistered)) {
    symbolNumbers.set(unregistered, ++symbolCount);
  }
  return symbolNumbers.get(unregistered);
}
