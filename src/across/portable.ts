import { isPlainObject } from '../keys/is-plain-object.js';

interface BuiltIn {
  new (content: unknown): object;
  /** Only `Buffer` is made by it. */
  from?(content: unknown): object;
}

/** The built-in classes by name. Some runtimes lack some of them. */
const classes = globalThis as unknown as Readonly<Record<string, BuiltIn | undefined>>;
/** The built-in classes whose instances can be sent: their constructors take what is sent for an instance. */
const withContent = /^(Map|Set|Date|URL|URLSearchParams|Headers)$/;
const ofBytes = /^(ArrayBuffer|Buffer|DataView|((Big)?(Int|Uint)|Float)\d+(Clamped)?Array)$/;

/** The native classes of errors. The general one is the last, because the first match counts. */
const errors = [
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError,
  DOMException,
  Error,
] as unknown as readonly (new (message: unknown, name: unknown) => Error)[];

/** The properties of errors that `Object.keys` does not list. */
const hidden = ['name', 'message', 'stack', 'cause', 'errors', 'code'];

/**
 * Turns plain data into the form in which it is sent: JSON, except that bytes are a `Uint8Array`. A medium that sends only text may send
 * the bytes as base64.
 *
 * The form is a list of all objects in the value. An object comes after the objects that it contains; the last element is the value itself.
 * A reference to an object is `[index in the list]`. Primitives that JSON cannot write are `[]` for undefined, `['number', text]` and
 * `['bigint', text]`.
 *
 * @param name - what an error calls the value
 * @param mayBeThrown - whether errors are accepted, too. They are sent in parts, and parts that cannot be sent are left out
 * @throws TypeError with the path of the part that would arrive changed
 */
export function portable(value: unknown, name: string, mayBeThrown = false): readonly unknown[] {
  const sent: unknown[] = [];
  /** The index of each object in the list; undefined while the object is being written. */
  const places = new Map<object, number | undefined>();

  function partOf(value: unknown, path: string): unknown {
    switch (typeof value) {
      case 'function':
      case 'symbol':
        throw refusal(path, `a ${typeof value}`);
      case 'undefined':
        return [];
      case 'bigint':
        return ['bigint', String(value)];
      case 'number':
        return Object.is(value, -0) ? ['number', '-0'] : Number.isFinite(value) ? value : ['number', String(value)];
      default:
        return typeof value === 'object' && value !== null ? [placeOf(value, path)] : value;
    }
  }

  function placeOf(object: object, path: string): number {
    if (!places.has(object)) {
      places.set(object, undefined);
      places.set(object, sent.push(written(object, path)) - 1);
    }
    const place = places.get(object);
    if (place === undefined) {
      throw refusal(path, 'a cycle');
    }
    return place;
  }

  function written(object: object, path: string): unknown {
    const prototype = Object.getPrototypeOf(object) as object | null;
    const { name } = (prototype ?? Object.prototype).constructor;
    const names = Object.keys(object);
    const isError = mayBeThrown && object instanceof Error;
    const partsOf = (names: readonly string[]): object =>
      Object.fromEntries(
        names.flatMap((name) => {
          try {
            return [[name, partOf((object as Record<string, unknown>)[name], `${path}.${name}`)]];
          } catch (error) {
            if (!isError) {
              throw error;
            }
            // Leave this part of the error out: every follower must get the end.
            return [];
          }
        }),
      );
    if (isError) {
      const { name } = errors.find((each) => object instanceof each) as (typeof errors)[number];
      return [name, partsOf(hidden.filter((name) => name in object)), partsOf(names)];
    }
    // Any class may have such a name, so compare the prototype, too.
    const isBuiltIn = classes[name]?.prototype === prototype;
    if (isPlainObject(object) || (isBuiltIn && Array.isArray(object))) {
      const symbol = Object.getOwnPropertySymbols(object).find((each) => ({}).propertyIsEnumerable.call(object, each));
      if (symbol !== undefined) {
        throw refusal(path, `an object with ${String(symbol)}`);
      }
      if (!Array.isArray(object)) {
        return partsOf(names);
      }
      const { length } = object;
      return names.length === length && names[length - 1] === String(length - 1)
        ? ['Array', object.map((each, index) => partOf(each, `${path}.${index}`))]
        : // It has holes, or properties besides its elements.
          ['Array', partsOf(names), length];
    }
    if (isBuiltIn && ofBytes.test(name)) {
      const { buffer = object, byteOffset = 0, byteLength } = object as Partial<DataView> & ArrayBuffer;
      // A copy, without the rest of the buffer.
      return [name, new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength).slice()];
    }
    if (!isBuiltIn || !withContent.test(name) || names.length > 0) {
      throw refusal(path, `an instance of ${name || 'a class'}`);
    }
    const content =
      Symbol.iterator in object
        ? [...(object as Iterable<unknown>)]
        : name === 'Date'
          ? Number(object)
          : (object as URL).href;
    return [name, partOf(content, path)];
  }

  sent.push(partOf(value, name));
  return sent;
}

function refusal(path: string, what: string): TypeError {
  return new TypeError(`${path} is ${what}: pass a codec`);
}

/**
 * Turns what has arrived back into the value that {@link portable} was given.
 *
 * Even hostile input can only give data or an error: no code of it runs, and no prototype is changed.
 *
 * @throws Error if `portable` could not have made it
 */
export function fromPortable(sent: unknown): unknown {
  /** By index. In an array, a reference that nobody has sent could be the name of a member. */
  const objects = new Map<unknown, unknown>();

  function read(part: unknown): unknown {
    if (!Array.isArray(part)) {
      return part;
    }
    const [what, text] = part as unknown[];
    return part.length < 2 ? objects.get(what) : (what === 'bigint' ? BigInt : Number)(text as string);
  }

  function entriesOf(parts: unknown): [string, unknown][] {
    return Object.entries(parts as object).map(([name, part]) => [name, read(part)]);
  }

  function made(object: unknown): unknown {
    if (!Array.isArray(object)) {
      return Object.fromEntries(entriesOf(object));
    }
    const [name, content, rest] = object as [string, unknown, unknown];
    if (name === 'Array') {
      return Array.isArray(content) ? content.map(read) : define(new Array(rest as number), entriesOf(content), true);
    }
    const NativeError = errors.find((each) => each.name === name);
    if (NativeError !== undefined) {
      const entries = entriesOf(content);
      const { message, name } = Object.fromEntries(entries);
      const error = NativeError.name === 'AggregateError' ? new AggregateError([]) : new NativeError(message, name);
      return define(define(error, entries, false), entriesOf(rest), true);
    }
    const Class = classes[name] as BuiltIn;
    if (ofBytes.test(name)) {
      const { buffer } = (
        typeof content === 'string' ? Uint8Array.from(atob(content), (byte) => byte.charCodeAt(0)) : content
      ) as Uint8Array;
      return name === 'ArrayBuffer' ? buffer : name === 'Buffer' ? Class.from?.(buffer) : new Class(buffer);
    }
    if (!withContent.test(name)) {
      throw new TypeError('What has arrived is no data');
    }
    return new Class(read(content));
  }

  const [...parts] = sent as readonly unknown[];
  const value = parts.pop();
  for (const object of parts) {
    objects.set(objects.size, made(object));
  }
  return read(value);
}

/** Defines the properties. Assignment would set the prototype if one is named `__proto__`. */
function define(object: object, entries: readonly [string, unknown][], enumerable: boolean): object {
  for (const [name, value] of entries) {
    if ((object as Record<string, unknown>)[name] !== value || enumerable) {
      Object.defineProperty(object, name, { value, enumerable, writable: true, configurable: true });
    }
  }
  return object;
}
