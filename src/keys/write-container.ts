import { builtInContent } from './built-in-content.js';
import { isPlainObject } from './is-plain-object.js';
import { writePrimitive } from './write-primitive.js';

/** The limit of work: a small value with shared parts may be huge when written out, and getters may return new objects without end. */
const mostWork = 2 ** 28;
/** The work that each container counts as, in addition to its depth. */
const containerWork = 128;

type Values = Readonly<Record<PropertyKey, unknown>>;

/** An object, an array or a collection that has been written in part. */
interface Level {
  readonly outer: Level | undefined;
  readonly container: object;
  /** The content, by name, or by index if there are no names. */
  readonly values: Values;
  readonly names: readonly PropertyKey[] | undefined;
  /** The index of the value to write next. */
  readonly index: number;
  /** The name of the value before it. */
  readonly name: PropertyKey;
  /** For a collection without an order: the text before the collection, then the text of each entry. */
  readonly entries: string[] | undefined;
}

/**
 * Adds an object and all its content to a text, in the format of {@link writePrimitive}.
 *
 * A loop, not a recursion, because the caller decides how deep the object is.
 *
 * @throws TypeError with the path of the part that cannot be compared
 */
export function writeContainer(text: string, root: object, position: number): string {
  let work = 0;
  let depth = 0;
  let outer: Level | undefined;
  let container = root;
  for (;;) {
    // Deep down, look for a cycle only at powers of two: otherwise the cost would grow with the square of the depth. A cycle comes by again,
    // so it is still found.
    if (depth < 64 || (depth & (depth - 1)) === 0) {
      for (let level = outer; level; level = level.outer) {
        if (level.container === container) {
          throw refusal(position, outer, 'a cycle');
        }
      }
    }
    work += containerWork + depth;
    let content: object | undefined;
    let entries: string[] | undefined;
    if (isPlainArray(container)) {
      content = elementsOf(container);
      text += content ? '[' : `#${container.length}:`;
    } else if (isPlainObject(container)) {
      text += '{';
    } else {
      // From the prototype, because the object's own `constructor` may be any class.
      const { name: className } = (Object.getPrototypeOf(container) as Instance | null)?.constructor ?? Object;
      content = builtInContent(container, className);
      if (!content || hasProperties(container, className)) {
        throw refusal(position, outer, `an instance of ${className || 'a class'}`);
      }
      text += `${className}:`;
      entries = [];
    }
    let values = (content ?? container) as Values;
    let names = content ? undefined : namesOf(container);
    let index = 0;

    for (;;) {
      if (entries) {
        entries.push(text);
        text = '';
      }
      if (work > mostWork) {
        throw refusal(position, undefined, 'too large');
      }
      if (index === (names ?? values).length) {
        if (entries) {
          text = (entries.shift() as string) + entries.sort().join('');
        }
        text += ';';
        if (!outer) {
          return text;
        }
        ({ outer, container, values, names, index, entries } = outer);
        depth--;
        continue;
      }
      let name: PropertyKey = index++;
      if (names) {
        name = names[name] as PropertyKey;
        text = writePrimitive(text, name) as string;
      }
      const value = values[name];
      const longer = writePrimitive(text, value);
      if (longer === undefined) {
        outer = { outer, container, values, names, index, name, entries };
        container = value as object;
        depth++;
        break;
      }
      work += longer.length - text.length;
      text = longer;
    }
  }
}

interface Instance {
  readonly constructor?: { readonly name: string };
}

/** Whether an object is an array of any realm, and not an instance of a subclass. */
function isPlainArray(value: object): value is readonly unknown[] {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    Array.isArray(value) &&
    (prototype === Array.prototype || (Array.isArray(prototype) && Object.hasOwn(prototype, 'at')))
  );
}

/** The elements of an array without holes and without other properties; undefined for any other array. */
function elementsOf(array: readonly unknown[]): readonly unknown[] | undefined {
  const { length } = array;
  for (let i = 0; i < length; i++) {
    if (!(i in array)) {
      return undefined;
    }
  }
  const values = Object.values(array);
  return values.length === length && symbolsOf(array).length === 0 ? values : undefined;
}

/** The names of an object's own enumerable properties, in an order that depends only on the names. */
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

/** For few names, which are mostly in order already, this is faster than `sort`. */
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

function symbolsOf(object: object): readonly symbol[] {
  const symbols = Object.getOwnPropertySymbols(object);
  return symbols.length === 0
    ? symbols
    : // The copy has only the enumerable ones.
      Object.getOwnPropertySymbols({ ...object }).sort((a, b) =>
        (writePrimitive('', a) as string) < (writePrimitive('', b) as string) ? -1 : 1,
      );
}

/** Whether an instance of a built-in class has other properties besides its content. Some runtimes keep the content under symbols. */
function hasProperties(value: object, className: string): boolean {
  const elements = ArrayBuffer.isView(value) ? ((value as Partial<Uint8Array>).length ?? 0) : 0;
  return Object.values(value).length > elements || (!/^(URL|Headers)/.test(className) && symbolsOf(value).length > 0);
}

function refusal(position: number, innermost: Level | undefined, what: string): TypeError {
  let path = '';
  for (let level = innermost; level; level = level.outer) {
    path = `.${String(level.name)}${path}`;
  }
  return new TypeError(
    `argumentsKey: cannot compare argument ${position}${path && ` at ${path}`} (${what}): pass a keyFn`,
  );
}
