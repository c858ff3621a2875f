import { builtInContent } from './built-in-content.js';
import { isPlainObject } from './is-plain-object.js';
import { stringText } from './string-text.js';

/** What a structural key begins with. */
export const structureMark = '\x1f';

/** A small value whose parts are shared may be huge when written out, and one that getters make may have no end. */
const mostText = 2 ** 28;
const mostLevels = 2 ** 18;
/** What a container counts for, so that empty ones have an end, too. */
const containerText = 64;

/** An object, an array or a collection, part of which is written. */
interface Level {
  readonly container: object;
  /** Where its values are read, by name or, for want of names, by index. */
  readonly values: Readonly<Record<PropertyKey, unknown>>;
  readonly names: readonly PropertyKey[] | undefined;
  readonly length: number;
  /** For a collection without an order: what was written before it, then its entries, each by itself. */
  readonly entries: string[] | undefined;
  index: number;
}

let symbolCount = 0;
const symbolNumbers = /* @__PURE__ */ new WeakMap<object, number>();

/**
 * Writes arguments as a text that tells them apart.
 *
 * One value after another, each with its type first and its end known, so that no content can pass for structure. A loop, for depth is
 * up to the caller.
 */
export function structuralKey(args: readonly unknown[], length: number): string {
  const outer: Level[] = [];
  let open: Set<object> | undefined;
  let written = 0;
  let text = structureMark;
  let level: Level | undefined = levelOf(args, args, undefined, length);
  while (level !== undefined) {
    const { names, values, entries }: Level = level;
    if (entries !== undefined) {
      entries.push(text);
      text = '';
    }
    if (level.index === level.length) {
      text = `${entries === undefined ? text : `${entries.shift() ?? ''}${entries.sort().join('')}`};`;
      open?.delete(level.container);
      level = outer.pop();
      continue;
    }
    const name: PropertyKey = names?.[level.index] ?? level.index;
    level.index++;
    if (names !== undefined) {
      const nameText = primitiveText(name) ?? '';
      written += nameText.length;
      text += nameText;
    }
    const value = values[name];
    const primitive = primitiveText(value);
    written += primitive?.length ?? containerText;
    if (written > mostText || outer.length > mostLevels) {
      throw refusal([outer[0] ?? level], 'too much to compare');
    }
    if (primitive !== undefined) {
      text += primitive;
      continue;
    }

    outer.push(level);
    const container = value as object;
    if (open === undefined ? isOpen(outer, container) : open.has(container)) {
      throw refusal(outer, 'a cycle');
    }
    if (open === undefined && outer.length > 32) {
      open = new Set(outer.map((level) => level.container));
    }
    open?.add(container);
    if (isPlainArray(container)) {
      const { length } = container;
      const elements = elementsOf(container, length);
      text += elements === undefined ? `#${length}:` : '[';
      level =
        elements === undefined
          ? levelOf(container, container, namesOf(container))
          : levelOf(container, elements, undefined, length);
    } else if (isPlainObject(container)) {
      text += '{';
      level = levelOf(container, container, namesOf(container));
    } else {
      const className = classNameOf(container);
      const content = builtInContent(container, className);
      if (content === undefined || hasProperties(container)) {
        throw refusal(
          outer,
          typeof container === 'function'
            ? 'a function'
            : `an instance of ${className}${content === undefined ? '' : ' with properties of its own'}`,
        );
      }
      text += `!${stringText(className)}`;
      if (typeof content === 'string') {
        written += content.length;
        text += content;
        level = outer.pop();
        open?.delete(container);
        continue;
      }
      level = levelOf(container, content, undefined, content.length, []);
    }
  }
  return text;
}

function levelOf(
  container: object,
  values: object,
  names: readonly PropertyKey[] | undefined,
  length = 0,
  entries?: string[],
): Level {
  return { container, values: values as Level['values'], names, length: names?.length ?? length, entries, index: 0 };
}

/** Few levels are searched faster than a Set is made. */
function isOpen(outer: readonly Level[], value: object): boolean {
  for (const level of outer) {
    if (level.container === value) {
      return true;
    }
  }
  return false;
}

function primitiveText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return stringText(value);
    case 'number':
      return `${value};`;
    case 'boolean':
      return value ? 't' : 'f';
    case 'undefined':
      return 'u';
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return symbolText(value);
    default:
      return value === null ? 'n' : undefined;
  }
}

function symbolText(symbol: symbol): string {
  const registered = Symbol.keyFor(symbol);
  if (registered !== undefined) {
    return `@${stringText(registered)}`;
  }
  // As a key of a WeakMap, which the types do not know yet.
  const unregistered = symbol as unknown as object;
  let number = symbolNumbers.get(unregistered);
  if (number === undefined) {
    number = ++symbolCount;
    symbolNumbers.set(unregistered, number);
  }
  return `@${number};`;
}

function symbolsOf(object: object): readonly symbol[] {
  const symbols = Object.getOwnPropertySymbols(object);
  return symbols.length === 0
    ? symbols
    : symbols
        .filter((symbol) => Object.prototype.propertyIsEnumerable.call(object, symbol))
        .sort((a, b) => (symbolText(a) < symbolText(b) ? -1 : 1));
}

/** The names of an object's own enumerable properties in an order that depends on nothing else. */
function namesOf(object: object): readonly PropertyKey[] {
  const names = Object.keys(object);
  if (names.length > 20) {
    names.sort();
  } else {
    insertionSort(names);
  }
  const symbols = symbolsOf(object);
  return symbols.length === 0 ? names : [...names, ...symbols];
}

/** Few names, and those mostly in order, are sorted faster so. */
function insertionSort(names: string[]): void {
  for (let i = 1; i < names.length; i++) {
    const name = names[i] as string;
    let j = i;
    for (; j > 0 && (names[j - 1] as string) > name; j--) {
      names[j] = names[j - 1] as string;
    }
    names[j] = name;
  }
}

/** Whether an object is an array, of any realm, and no instance of a subclass. */
function isPlainArray(value: object): value is readonly unknown[] {
  if (!Array.isArray(value)) {
    return false;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Array.prototype || (Array.isArray(prototype) && Object.hasOwn(prototype, 'copyWithin'));
}

/** The elements of an array that has one in each place, and nothing besides. */
function elementsOf(array: readonly unknown[], length: number): readonly unknown[] | undefined {
  for (let i = 0; i < length; i++) {
    if (!(i in array)) {
      return undefined;
    }
  }
  const values = Object.values(array);
  return values.length === length && symbolsOf(array).length === 0 ? values : undefined;
}

function classNameOf(value: object): string {
  const prototype = Object.getPrototypeOf(value) as { readonly constructor?: { readonly name?: unknown } } | null;
  // A test's clock may have put a class of another name in the place of Date.
  const name = prototype === Date.prototype ? 'Date' : prototype?.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'a class without a name';
}

function hasProperties(value: object): boolean {
  const elements = ArrayBuffer.isView(value) && !(value instanceof DataView) ? (value as Uint8Array).length : 0;
  return Object.values(value).length > elements || symbolsOf(value).length > 0;
}

function refusal([call, ...path]: readonly Level[], what: string): TypeError {
  const place = path
    .map(({ names, index }) => {
      const name = names?.[index - 1] ?? index - 1;
      return `[${typeof name === 'string' ? JSON.stringify(name) : String(name)}]`;
    })
    .join('')
    .replace(/\["([a-z_$][\w$]*)"\]/gi, '.$1');
  const at = place === '' ? '' : ` at ${place}`;
  return new TypeError(`argumentsKey: cannot compare argument ${call?.index ?? 0}${at} (${what}): pass a keyFn`);
}
