import { binaryClasses, depthLimit, tagName } from './data-text.js';

type Pair = readonly [unknown, unknown];
type Global = Readonly<
  Record<string, (new (buffer: ArrayBuffer) => unknown) & { from?(buffer: ArrayBuffer): unknown }>
>;

/**
 * The data that `writeData` has written, of its text parsed as JSON; may reuse what it is given.
 *
 * Whatever the text, nothing comes of it but data or an error: no code runs, and no prototype is touched.
 *
 * @throws Error for what `writeData` would not write
 */
export function readData(json: unknown): unknown {
  return read(json, 0);
}

function read(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (depth === depthLimit) {
    throw malformed();
  }
  const record = value as Record<string, unknown>;
  if (Object.hasOwn(record, tagName)) {
    return readTagged(record[tagName], record['content'], depth + 1);
  }
  // In place, since nobody else has it; an array by its indices.
  for (const name of Object.keys(record)) {
    const content = record[name];
    if (name === '__proto__') {
      throw malformed();
    }
    if (typeof content === 'object') {
      record[name] = read(content, depth + 1);
    }
  }
  return record;
}

function readTagged(tag: unknown, content: unknown, depth: number): unknown {
  const list = () => (content as unknown[]).map((element) => read(element, depth));
  const pairs = () => (content as Pair[]).map(([name, value]): Pair => [read(name, depth), read(value, depth)]);
  switch (tag) {
    case 'undefined':
      return undefined;
    case '-0':
      return -0;
    case 'number':
      return Number(content);
    case 'bigint':
      return BigInt(content as string);
    case 'Date':
      // Of an invalid date JSON makes null.
      return new Date((content as number | null) ?? NaN);
    case 'Map':
      return new Map(pairs());
    case 'Set':
      return new Set(list());
    case 'Object':
      // An own property comes of any name, `__proto__` too.
      return Object.fromEntries(pairs() as [string, unknown][]);
    case 'Array': {
      const [length, elements] = content as [number, [number, unknown][]];
      const array: unknown[] = [];
      array.length = length;
      for (const [index, element] of elements) {
        array[index] = read(element, depth);
      }
      return array;
    }
  }
  if (typeof tag === 'string' && binaryClasses.has(tag)) {
    const { buffer } = Uint8Array.from(atob(content as string), (character) => character.charCodeAt(0));
    const Class = (globalThis as unknown as Global)[tag];
    return tag === 'ArrayBuffer' ? buffer : Class && new Class(buffer);
  }
  throw malformed();
}

function malformed(): Error {
  return new Error('The text is no data.');
}
