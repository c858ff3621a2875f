import { isPlainObject } from '../keys/is-plain-object.js';

type Global = Readonly<Record<string, { readonly prototype: unknown } | undefined>>;

/** What structured clone would lose, and how it is made again from what is sent for it. */
const restore: Readonly<Record<string, (sent: any) => unknown>> = {
  URL: (text: string) => new URL(text),
  URLSearchParams: (text: string) => new URLSearchParams(text),
  Headers: (entries: [string, string][]) => new Headers(entries),
  Buffer: (bytes: Uint8Array) =>
    (globalThis as unknown as { Buffer: { from(bytes: Uint8Array): unknown } }).Buffer.from(bytes),
};

/** The only key of a `Map` that stands for an instance of one of these classes. */
const mark = '\0rxjs-coalesce';

/**
 * Plain data as it is sent: `[data]`, which structured clone leaves as it is, with a second element where {@link fromPortable} has
 * something to restore.
 *
 * The data is a copy, so that what is sent later is what was emitted, and a view does not take along the memory around it.
 *
 * @param name - what to call the value
 * @throws TypeError naming the path of what would arrive changed
 */
export function portable(value: unknown, name: string): unknown[] {
  let marks = 0;
  /** By original; undefined while it is being made. */
  const copies = new Map<unknown, unknown>();

  function copyOf(value: unknown, path: string): unknown {
    if (typeof value === 'function' || typeof value === 'symbol') {
      throw refusal(path, `a ${typeof value}`);
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    let copy = copies.get(value);
    if (copy === undefined) {
      if (copies.has(value)) {
        throw refusal(path, 'a cycle');
      }
      copies.set(value, undefined);
      copy = copyOfObject(value, path);
      copies.set(value, copy);
    }
    return copy;
  }

  function copyOfObject(value: object, path: string): object {
    const all = (parts: Iterable<unknown>): unknown[] =>
      Array.from(parts, (part, index) => copyOf(part, `${path}.${index}`));
    const { constructor: made } = (Object.getPrototypeOf(value) ?? Object.prototype) as object;
    // A class may have any name: this one is to have the global's prototype, too.
    const isBuiltIn = (globalThis as unknown as Global)[made.name]?.prototype === Object.getPrototypeOf(value);
    let copy: object | undefined;
    if (isPlainObject(value)) {
      copy = {};
    } else if (isBuiltIn && Array.isArray(value)) {
      copy = new Array(value.length);
    } else if (isBuiltIn && value instanceof Map && value.keys().next().value !== mark) {
      copy = new Map(all(value) as [unknown, unknown][]);
    } else if (isBuiltIn && value instanceof Set) {
      copy = new Set(all(value));
    } else if (isBuiltIn && value instanceof Date) {
      copy = new Date(value);
    } else if (isBuiltIn && value instanceof ArrayBuffer) {
      copy = value.slice(0);
    } else if (isBuiltIn && (ArrayBuffer.isView(value) || Object.hasOwn(restore, made.name))) {
      return copyOfView(value, made as never);
    }
    const symbols = Object.getOwnPropertySymbols(value).filter((symbol) =>
      Object.prototype.propertyIsEnumerable.call(value, symbol),
    );
    const names = Object.keys(value);
    if (copy === undefined || (names.length > 0 && !isPlainObject(copy) && !Array.isArray(copy))) {
      throw refusal(path, `an instance of ${made.name || 'a class'}`);
    }
    if (symbols.length > 0) {
      throw refusal(path, `an object with ${String(symbols[0])}`);
    }
    for (const name of names) {
      // Not by assignment, which for __proto__ is another thing.
      Object.defineProperty(copy, name, {
        value: copyOf((value as Record<string, unknown>)[name], `${path}.${name}`),
        ...open,
      });
    }
    return copy;
  }

  function copyOfView(value: object, made: new (buffer: unknown) => object): object {
    let sent: unknown = (value as URL).toString();
    if (ArrayBuffer.isView(value)) {
      const { buffer, byteOffset, byteLength } = value;
      const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
      if (made.name !== 'Buffer') {
        return new made(bytes);
      }
      sent = new Uint8Array(bytes);
    } else if (value instanceof Headers) {
      sent = [...value];
    }
    marks++;
    return new Map([[mark, [made.name, sent]]]);
  }

  const copy = copyOf(value, name);
  return marks > 0 ? [copy, true] : [copy];
}

const open = { writable: true, enumerable: true, configurable: true };

function refusal(path: string, what: string): TypeError {
  return new TypeError(`${path} is ${what}: pass a codec`);
}

/** What {@link portable} was given, of what has arrived. */
export function fromPortable([data, marked]: readonly unknown[]): unknown {
  const seen = new Set<unknown>();

  function restored(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || seen.has(value)) {
      return value;
    }
    seen.add(value);
    if (value instanceof Map) {
      const stood = value.get(mark) as [string, unknown] | undefined;
      if (stood !== undefined) {
        const [name, sent] = stood;
        return Object.hasOwn(restore, name) ? restore[name]?.(sent) : undefined;
      }
      const entries = [...value];
      value.clear();
      for (const [key, part] of entries) {
        value.set(restored(key), restored(part));
      }
    } else if (value instanceof Set) {
      const parts = [...value];
      value.clear();
      for (const part of parts) {
        value.add(restored(part));
      }
    } else if (Array.isArray(value) || isPlainObject(value)) {
      for (const name of Object.keys(value)) {
        (value as Record<string, unknown>)[name] = restored((value as Record<string, unknown>)[name]);
      }
    }
    return value;
  }

  return marked === true ? restored(data) : data;
}
