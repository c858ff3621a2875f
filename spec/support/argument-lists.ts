/** A list of arguments, and its name in messages. */
export type ArgumentLists = Readonly<Record<string, () => readonly unknown[]>>;

/** Values of which no two are equal, each a new one. */
export type Values = Readonly<Record<string, () => unknown>>;

/** One unregistered symbol for all: another with its description is another symbol. */
const unregistered = Symbol('s');
const another = Symbol('s');
const nameless = Symbol();

const holes = (length: number, elements: Readonly<Record<string, unknown>> = {}): unknown[] =>
  Object.assign(new Array<unknown>(length), elements);

const withName = (name: string, value: unknown): object =>
  Object.defineProperty({}, name, { value, enumerable: true, configurable: true, writable: true });

const bytes = (...content: number[]): ArrayBuffer => new Uint8Array(content).buffer;

export const primitives: Values = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  false: () => false,
  '0': () => 0,
  '1': () => 1,
  '-1': () => -1,
  '1.5': () => 1.5,
  '1e21': () => 1e21,
  '5e-324': () => 5e-324,
  NaN: () => NaN,
  Infinity: () => Infinity,
  '-Infinity': () => -Infinity,
  '0n': () => 0n,
  '1n': () => 1n,
  '-1n': () => -1n,
  '2n ** 70n': () => 2n ** 70n,
  "''": () => '',
  "'0'": () => '0',
  "'1'": () => '1',
  "'1;'": () => '1;',
  "'1n'": () => '1n',
  "'n'": () => 'n',
  "'null'": () => 'null',
  "'undefined'": () => 'undefined',
  "'NaN'": () => 'NaN',
  "'true'": () => 'true',
  "'t'": () => 't',
  "'a'": () => 'a',
  "'A'": () => 'A',
  "'a '": () => 'a ',
  "'a,b'": () => 'a,b',
  "'[]'": () => '[]',
  "'{}'": () => '{}',
  "'\"'": () => '"',
  "'[object Object]'": () => '[object Object]',
  "'Symbol(s)'": () => 'Symbol(s)',
  'é in one character': () => '\u00e9',
  'é in two characters': () => 'e\u0301',
  'a NUL': () => '\0',
  'a NUL more': () => '\0\0',
  'the mark of structural keys': () => '\x1f',
  'the mark twice': () => '\x1f\x1f',
  'the mark and a structure': () => '\x1f[1;;;',
  'a high surrogate': () => '\ud800',
  'another high surrogate': () => '\ud801',
  'a low surrogate': () => '\udc00',
  'what a lone surrogate is often replaced by': () => '\ufffd',
  'a whole pair': () => '\ud800\udc00',
  '127 characters': () => 'x'.repeat(127),
  '128 characters': () => 'x'.repeat(128),
  '129 characters': () => 'x'.repeat(129),
  'a character that could be a length': () => '\x81',
  "'1:x'": () => '1:x',
  'a date as a text': () => '2020-01-01T00:00:00.000Z',
  'an address': () => 'https://a.b/',
  'a symbol': () => unregistered,
  'another of the same description': () => another,
  'a symbol without description': () => nameless,
  'a registered symbol of the same description': () => Symbol.for('s'),
  'another registered symbol': () => Symbol.for('1;'),
  'a well-known symbol': () => Symbol.iterator,
  'a symbol registered by the name of a well-known one': () => Symbol.for('Symbol.iterator'),
};

export const structures: Values = {
  '[]': () => [],
  '[[]]': () => [[]],
  '[[], []]': () => [[], []],
  '[[[]]]': () => [[[]]],
  '[undefined]': () => [undefined],
  '[null]': () => [null],
  '[a hole]': () => holes(1),
  '[two holes]': () => holes(2),
  '[a hole, undefined]': () => holes(2, { 1: undefined }),
  '[undefined, a hole]': () => holes(2, { 0: undefined }),
  '[undefined, undefined]': () => [undefined, undefined],
  '[a hole, 1]': () => holes(2, { 1: 1 }),
  '[1, a hole]': () => holes(2, { 0: 1 }),
  '[a hole, 1] and a property': () => holes(2, { 1: 1, a: 1 }),
  '[a hole] and a property': () => holes(1, { a: 1 }),
  '[1] and a property': () => Object.assign([1], { a: 1 }),
  '[1] and a property of a symbol': () => Object.assign([1], { [unregistered]: 1 }),
  '[1]': () => [1],
  '[1, 2]': () => [1, 2],
  '[2, 1]': () => [2, 1],
  '[12]': () => [12],
  '[[1], 2]': () => [[1], 2],
  '[[1, 2]]': () => [[1, 2]],
  "['1']": () => ['1'],
  '[1n]': () => [1n],
  "['a,b']": () => ['a,b'],
  "['a', 'b']": () => ['a', 'b'],
  "['ab']": () => ['ab'],
  "['', 'ab']": () => ['', 'ab'],
  "['ab', '']": () => ['ab', ''],
  "['a;', 'b']": () => ['a;', 'b'],
  "['a', ';b']": () => ['a', ';b'],
  'two long strings': () => ['x'.repeat(128), 'y'.repeat(128)],
  'two long strings in one': () => [`${'x'.repeat(128)}"${'y'.repeat(128)}`],
  'two long strings in one, and a length': () => [`${'x'.repeat(128)}"128:${'y'.repeat(128)}`],
  '{}': () => ({}),
  '{ a: undefined }': () => ({ a: undefined }),
  '{ a: null }': () => ({ a: null }),
  '{ a: NaN }': () => ({ a: NaN }),
  '{ a: 1 }': () => ({ a: 1 }),
  "{ a: '1' }": () => ({ a: '1' }),
  '{ a: 1, b: 2 }': () => ({ a: 1, b: 2 }),
  '{ a: 2, b: 1 }': () => ({ a: 2, b: 1 }),
  '{ a: { b: 1 } }': () => ({ a: { b: 1 } }),
  '{ a: {}, b: 1 }': () => ({ a: {}, b: 1 }),
  '{ 0: 1, 1: 2 }': () => ({ 0: 1, 1: 2 }),
  '{ length: 0 }': () => ({ length: 0 }),
  '{ ab: 1 }': () => ({ ab: 1 }),
  "{ '': 1 }": () => ({ '': 1 }),
  "{ 'a,b': 1 }": () => ({ 'a,b': 1 }),
  '{ a: [] }': () => ({ a: [] }),
  '{ an own __proto__: null }': () => withName('__proto__', null),
  '{ an own __proto__: {} }': () => withName('__proto__', {}),
  '{ constructor: 1 }': () => ({ constructor: 1 }),
  '{ toString: 1 }': () => ({ toString: 1 }),
  '{ hasOwnProperty: 1 }': () => ({ hasOwnProperty: 1 }),
  '{ isPrototypeOf: 1 }': () => ({ isPrototypeOf: 1 }),
  "{ toJSON: 'a' }": () => ({ toJSON: 'a' }),
  "{ then: 'a' }": () => ({ then: 'a' }),
  '{ [a symbol]: 1 }': () => ({ [unregistered]: 1 }),
  '{ [another of its description]: 1 }': () => ({ [another]: 1 }),
  '{ [a registered symbol]: 1 }': () => ({ [Symbol.for('s')]: 1 }),
  "{ 'Symbol(s)': 1 }": () => ({ 'Symbol(s)': 1 }),
  '{ s: 1 }': () => ({ s: 1 }),
  'an empty Map': () => new Map(),
  'an empty Set': () => new Set(),
  'Map { 1 => 2 }': () => new Map([[1, 2]]),
  'Map { 2 => 1 }': () => new Map([[2, 1]]),
  "Map { '1' => 2 }": () => new Map([['1', 2]]),
  'Map { 1 => 2, 3 => 4 }': () =>
    new Map([
      [1, 2],
      [3, 4],
    ]),
  'Map { 1 => 4, 3 => 2 }': () =>
    new Map([
      [1, 4],
      [3, 2],
    ]),
  'Map { undefined => undefined }': () => new Map([[undefined, undefined]]),
  'Map { {} => 1 }': () => new Map([[{}, 1]]),
  'Map { {} => 1, {} => 1 }': () =>
    new Map([
      [{}, 1],
      [{}, 1],
    ]),
  'Set { [1, 2] }': () => new Set([[1, 2]]),
  'Set { 1, 2 }': () => new Set([1, 2]),
  'Set { 1 }': () => new Set([1]),
  "Set { '1' }": () => new Set(['1']),
  'Set { undefined }': () => new Set([undefined]),
  'Set { {} }': () => new Set([{}]),
  'Set { {}, {} }': () => new Set([{}, {}]),
  'Set { Set {} }': () => new Set([new Set()]),
  '[[1, 2]] in a list': () => [[[1, 2]]],
  'a Date': () => new Date('2020-01-01T00:00:00.000Z'),
  'a Date a millisecond later': () => new Date('2020-01-01T00:00:00.001Z'),
  'the epoch': () => new Date(0),
  'no valid Date': () => new Date(NaN),
  'a URL': () => new URL('https://a.b/'),
  'a URL with a hash': () => new URL('https://a.b/#'),
  'another URL': () => new URL('https://a.b/c'),
  'an empty URLSearchParams': () => new URLSearchParams(),
  'a URLSearchParams': () => new URLSearchParams('a=1&b=2'),
  'a URLSearchParams in another order': () => new URLSearchParams('b=2&a=1'),
  'a URLSearchParams with a name twice': () => new URLSearchParams('a=1&a=2'),
  'a URLSearchParams with a name twice in another order': () => new URLSearchParams('a=2&a=1'),
  'a URLSearchParams of what looks like two': () => new URLSearchParams([['a', '1&b=2']]),
  'a URLSearchParams of what looks like a name': () => new URLSearchParams([['a=1', '']]),
  'a URLSearchParams of a plus': () => new URLSearchParams([['a', '+']]),
  'a URLSearchParams of a space': () => new URLSearchParams([['a', ' ']]),
  'a URLSearchParams of nothing': () => new URLSearchParams([['', '']]),
  'an empty Headers': () => new Headers(),
  'a Headers': () => new Headers({ a: '1', b: '2' }),
  'a Headers of another value': () => new Headers({ a: '1', b: '1' }),
  'a Headers of what looks like two': () => new Headers({ a: '1, b: 2' }),
  'a Headers with a name twice': () => new Headers([['a', '1'], ['a', '2']]), // prettier-ignore
  'a Headers with a name twice in another order': () => new Headers([['a', '2'], ['a', '1']]), // prettier-ignore
  'an empty ArrayBuffer': () => bytes(),
  'an ArrayBuffer': () => bytes(1, 0),
  'a shorter ArrayBuffer': () => bytes(1),
  'a DataView': () => new DataView(bytes(1, 0)),
  'an empty Uint8Array': () => new Uint8Array(0),
  'a Uint8Array': () => new Uint8Array([1, 0]),
  'a shorter Uint8Array': () => new Uint8Array([1]),
  'a Uint8Array of what looks like an end': () => new Uint8Array([59, 59]),
  'an Int8Array': () => new Int8Array([1, 0]),
  'a Uint8ClampedArray': () => new Uint8ClampedArray([1, 0]),
  'a Uint16Array': () => new Uint16Array([1]),
  'a BigInt64Array': () => new BigInt64Array([1n]),
  'a Float32Array': () => new Float32Array([1, 0]),
  'a Float64Array': () => new Float64Array([1, 0]),
  'a Float64Array of NaN': () => new Float64Array([NaN]),
};

export const different: Values = { ...primitives, ...structures };

/** How a value may lie in a list of arguments. */
export const placements: Readonly<Record<string, (value: unknown) => readonly unknown[]>> = {
  'the one argument, in an array': (value) => [[value]],
  'the first of two arguments': (value) => [value, 1],
  'the second of two arguments': (value) => [1, [value]],
  'a property': (value) => [{ a: 0, b: value, c: 0 }],
  'an element': (value) => [[0, value, 0]],
  'an element beside a hole': (value) => [holes(3, { 1: value })],
  'the value of a Map': (value) => [new Map<unknown, unknown>([['a', value]])],
  'the key of a Map': (value) => [new Map<unknown, unknown>([[value, 'a']])],
  'an entry of a Set': (value) => [new Set([value])],
  'one of two entries': (value) => [new Set([value, 'another'])],
  'the property of a symbol': (value) => [{ [unregistered]: value }],
  'the own property __proto__': (value) => [withName('__proto__', value)],
  'deep inside': (value) => [{ a: [new Map([[{ b: [value] }, new Set([1])]])] }],
};

/** Lists of different length, or of the same values in other places. */
export const lists: ArgumentLists = {
  '()': () => [],
  '([])': () => [[]],
  '(null)': () => [null],
  '(undefined, null)': () => [undefined, null],
  '(undefined, undefined, null)': () => [undefined, undefined, null],
  '(null, undefined, null)': () => [null, undefined, null],
  '(1)': () => [1],
  '(1, null)': () => [1, null],
  '(1, 2)': () => [1, 2],
  '(2, 1)': () => [2, 1],
  '(12)': () => [12],
  '([1, 2])': () => [[1, 2]],
  '([1], 2)': () => [[1], 2],
  '(1, [2])': () => [1, [2]],
  '([1], [2])': () => [[1], [2]],
  "('1', '2')": () => ['1', '2'],
  "('1,2')": () => ['1,2'],
  "('a', 'b')": () => ['a', 'b'],
  "('ab')": () => ['ab'],
  "('ab', '')": () => ['ab', ''],
  "('', 'ab')": () => ['', 'ab'],
  "('a', 'b', '')": () => ['a', 'b', ''],
  '([undefined])': () => [[undefined]],
  '({}, {})': () => [{}, {}],
  '({})': () => [{}],
  '({ a: 1 }, { b: 2 })': () => [{ a: 1 }, { b: 2 }],
  '({ a: 1, b: 2 })': () => [{ a: 1, b: 2 }],
  '({ a: 1 }, undefined, { b: 2 })': () => [{ a: 1 }, undefined, { b: 2 }],
  '(bytes, null)': () => [new Uint8Array([1]), null],
  '(bytes and what null is written as)': () => [new Uint8Array([1, 'n'.charCodeAt(0)])],
  "('\\x1f', 1)": () => ['\x1f', 1],
  "('\\x1f')": () => ['\x1f'],
};

export interface EqualPair {
  readonly what: string;
  readonly one: readonly unknown[];
  readonly other: readonly unknown[];
}

export const equalPairs: readonly EqualPair[] = [
  { what: '0 and -0', one: [0], other: [-0] },
  { what: '0 and -0, nested', one: [[0], { a: -0 }], other: [[-0], { a: 0 }] },
  { what: 'NaN', one: [NaN, [NaN]], other: [NaN, [NaN]] },
  { what: 'nothing, and undefined', one: [], other: [undefined] },
  { what: 'nothing, and undefined twice', one: [], other: [undefined, undefined] },
  { what: 'a trailing undefined', one: [1], other: [1, undefined] },
  { what: 'trailing undefineds', one: [{ a: 1 }, 2], other: [{ a: 1 }, 2, undefined, undefined] },
  { what: 'an undefined in between, and one at the end', one: [undefined, 1], other: [undefined, 1, undefined] },
  { what: 'properties in any order', one: [{ a: 1, b: 2, c: 3 }], other: [{ c: 3, a: 1, b: 2 }] },
  { what: 'nested properties', one: [[{ a: { b: 1, c: 2 }, d: 3 }]], other: [[{ d: 3, a: { c: 2, b: 1 } }]] },
  {
    what: 'names of symbols in any order',
    one: [{ [unregistered]: 1, [another]: 2, [Symbol.for('s')]: 3, a: 4 }],
    other: [{ a: 4, [Symbol.for('s')]: 3, [another]: 2, [unregistered]: 1 }],
  },
  {
    what: 'many properties in any order',
    one: [Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`name ${i}`, i]))],
    other: [Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`name ${99 - i}`, 99 - i]))],
  },
  { what: 'an object without a prototype', one: [{ a: 1 }], other: [Object.assign(Object.create(null), { a: 1 })] },
  { what: 'a property that cannot be enumerated', one: [{}], other: [Object.defineProperty({}, 'a', { value: 1 })] },
  {
    what: 'what a getter gives',
    one: [{ a: 1 }],
    other: [Object.defineProperty({}, 'a', { get: () => 1, enumerable: true })],
  },
  { what: 'frozen and not', one: [{ a: [1] }], other: [Object.freeze({ a: Object.freeze([1]) })] },
  {
    what: 'a part that is used twice, and two equal parts',
    one: [Array<unknown>(2).fill({ a: 1 })],
    other: [[{ a: 1 }, { a: 1 }]],
  },
  {
    what: 'entries of a Map in any order',
    one: [new Map<unknown, unknown>([['a', 1], [{ b: 1 }, 2], [3, new Set([1])]])], // prettier-ignore
    other: [new Map<unknown, unknown>([[3, new Set([1])], ['a', 1], [{ b: 1 }, 2]])], // prettier-ignore
  },
  {
    what: 'entries of a Set in any order',
    one: [new Set<unknown>([1, '1', [2], { a: 1, b: 2 }, new Set([3, 4])])],
    other: [new Set<unknown>([new Set([4, 3]), { b: 2, a: 1 }, [2], '1', 1])],
  },
  { what: 'Dates of one time', one: [new Date('2020-01-01')], other: [new Date('2020-01-01T00:00:00.000Z')] },
  { what: 'Dates that are not valid', one: [new Date(NaN)], other: [new Date('never')] },
  { what: 'URLs as they are normalized', one: [new URL('HTTPS://a.b')], other: [new URL('https://a.b:443/')] },
  {
    what: 'a URLSearchParams however it is made',
    one: [new URLSearchParams('?a=1&b=%20')],
    other: [new URL('https://a.b/?a=1&b=+').searchParams],
  },
  {
    what: 'Headers in any order and case',
    one: [new Headers({ Accept: 'text/html', 'X-A': '1' })],
    other: [new Headers([['x-a', ' 1'], ['ACCEPT', 'text/html']])], // prettier-ignore
  },
  {
    what: 'a part of a buffer, and the same bytes by themselves',
    one: [new Uint8Array([9, 1, 2, 9]).subarray(1, 3)],
    other: [new Uint8Array([1, 2])],
  },
  { what: 'numbers in a Float64Array', one: [new Float64Array([0, NaN])], other: [new Float64Array([-0, -NaN])] },
  { what: 'registered symbols', one: [[Symbol.for('x')]], other: [[Symbol.for('x')]] },
  { what: 'long strings', one: [['x'.repeat(1000)]], other: [[Array<string>(1000).fill('x').join('')]] },
  { what: 'strings that could be read as keys', one: ['\x1f[1;;;'], other: ['\x1f[1;;;'] },
];

/** Whether two values are equal by law 25, written for nothing but correctness. */
export function areEqual(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return one === other || (one !== one && other !== other);
  }
  if (Object.prototype.toString.call(one) !== Object.prototype.toString.call(other)) {
    return false;
  }
  if (one instanceof Map) {
    return haveEqual([...one], [...(other as Map<unknown, unknown>)]);
  }
  if (one instanceof Set) {
    return haveEqual([...one], [...(other as Set<unknown>)]);
  }
  if (one instanceof Date) {
    return areEqual(one.getTime(), (other as Date).getTime());
  }
  if (Array.isArray(one) && one.length !== (other as unknown[]).length) {
    return false;
  }
  const names = enumerable(one);
  return (
    names.length === enumerable(other).length &&
    names.every(
      (name) =>
        Object.prototype.propertyIsEnumerable.call(other, name) &&
        areEqual(Reflect.get(one, name), Reflect.get(other, name)),
    )
  );
}

function enumerable(value: object): PropertyKey[] {
  return Reflect.ownKeys(value).filter((name) => Object.prototype.propertyIsEnumerable.call(value, name));
}

/** Equality is transitive, so the first match of each is as good as any. */
function haveEqual(ones: readonly unknown[], others: unknown[]): boolean {
  return (
    ones.length === others.length &&
    ones.every((one) => {
      const index = others.findIndex((other) => areEqual(one, other));
      return index >= 0 && others.splice(index, 1).length === 1;
    })
  );
}

/** A deep copy, its properties and entries in the order that `pick` gives: an index below its argument. */
export function reordered(value: unknown, pick: (below: number) => number): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const copy = (part: unknown): unknown => reordered(part, pick);
  if (value instanceof Map) {
    return new Map(shuffled([...value], pick).map(([key, entry]) => [copy(key), copy(entry)]));
  }
  if (value instanceof Set) {
    return new Set(shuffled([...value], pick).map(copy));
  }
  if (value instanceof Date) {
    return new Date(value);
  }
  const into: object = Array.isArray(value) ? new Array(value.length) : {};
  for (const name of shuffled(enumerable(value), pick)) {
    Object.defineProperty(into, name, {
      value: copy(Reflect.get(value, name)),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return into;
}

function shuffled<T>(values: readonly T[], pick: (below: number) => number): T[] {
  const rest = [...values];
  return values.flatMap(() => rest.splice(pick(rest.length), 1));
}
