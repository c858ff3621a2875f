import { binaryClasses, depthLimit, tagName } from './data-text.js';

type Entry = readonly [unknown, unknown];

/**
 * Plain data as text, which {@link readData} reads: its values, types and holes, but neither prototypes nor shared references.
 *
 * @throws TypeError for what is not plain, or nested too deep
 */
export function writeData(data: unknown): string {
  return JSON.stringify(written(data, 0));
}

/** The same data in terms of JSON; itself where it is that already. */
function written(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Object.is(value, -0) ? tagged('-0') : Number.isFinite(value) ? value : tagged('number', String(value));
    case 'undefined':
      return tagged('undefined');
    case 'bigint':
      return tagged('bigint', String(value));
    case 'object':
      if (value === null) {
        return null;
      }
      if (depth < depthLimit) {
        return writtenObject(value, depth + 1);
      }
      throw new TypeError(`Data is nested deeper than ${depthLimit} levels.`);
    default:
      throw new TypeError(`A ${typeof value} is no data.`);
  }
}

function writtenObject(object: object, depth: number): unknown {
  if (Array.isArray(object)) {
    return writtenArray(object, depth);
  }
  const entries = (pairs: Iterable<Entry>) =>
    Array.from(pairs, ([name, value]) => [written(name, depth), written(value, depth)]);
  const prototype = Object.getPrototypeOf(object) as { constructor?: { name: string } } | null;
  const name = prototype?.constructor?.name ?? 'Object';
  switch (name) {
    case 'Map':
      return tagged(name, entries((object as Map<unknown, unknown>).entries()));
    case 'Set':
      return tagged(
        name,
        Array.from(object as Set<unknown>, (value) => written(value, depth)),
      );
    case 'Date':
      return tagged(name, (object as Date).getTime());
  }
  if (binaryClasses.has(name)) {
    const { buffer = object, byteOffset = 0, byteLength } = object as Partial<DataView> & ArrayBuffer;
    return tagged(name, base64(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)));
  }
  return writtenRecord(object as Record<string, unknown>, depth, entries);
}

function writtenArray(array: readonly unknown[], depth: number): unknown {
  const copy: unknown[] = [];
  // By index, since the usual ways skip holes.
  for (let i = 0; i < array.length; i++) {
    if (!(i in array)) {
      const entries = Object.keys(array).map((index) => [Number(index), written(array[Number(index)], depth)]);
      return tagged('Array', [array.length, entries]);
    }
    copy.push(written(array[i], depth));
  }
  return copy;
}

function writtenRecord(
  record: Readonly<Record<string, unknown>>,
  depth: number,
  entries: (pairs: Iterable<Entry>) => unknown,
): unknown {
  const names = Object.keys(record);
  if (names.includes(tagName) || names.includes('__proto__')) {
    return tagged('Object', entries(Object.entries(record)));
  }
  const copy: Record<string, unknown> = {};
  for (const name of names) {
    copy[name] = written(record[name], depth);
  }
  return copy;
}

function tagged(tag: string, content?: unknown): unknown {
  return { [tagName]: tag, content };
}

function base64(bytes: Uint8Array): string {
  let text = '';
  // In pieces: each byte is an argument.
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(text);
}
