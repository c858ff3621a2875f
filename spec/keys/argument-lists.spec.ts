import fc from 'fast-check';
import { NEVER, of } from 'rxjs';
import { argumentsKey, coalesced } from '../../src/index.js';
import * as exportsOfModule from '../support/argument-lists.js';
import {
  areEqual,
  different,
  equalPairs,
  lists,
  placements,
  primitives,
  reordered,
  type ArgumentLists,
} from '../support/argument-lists.js';

/** Whether one `Map` entry would do for both lists. */
function haveOneKey(one: readonly unknown[], other: readonly unknown[]): boolean {
  return new Map([[argumentsKey(...one), true]]).has(argumentsKey(...other));
}

/** How many pairs have different keys, and those pairs that should have, but have one key. */
function compared(table: ArgumentLists): { readonly apart: number; readonly merged: string[] } {
  const byKey = new Map<unknown, string[]>();
  const merged: string[] = [];
  let apart = 0;
  let known = 0;
  for (const [what, make] of Object.entries(table)) {
    const key = argumentsKey(...make());
    const same = byKey.get(key) ?? [];
    merged.push(...same.map((other) => `${other} / ${what}`));
    apart += known++ - same.length;
    byKey.set(key, [...same, what]);
  }
  return { apart, merged };
}

function placed(place: (value: unknown) => readonly unknown[]): ArgumentLists {
  return Object.fromEntries(Object.entries(different).map(([what, make]) => [what, () => place(make())]));
}

function nested(levels: number, wrap: (inner: unknown) => unknown, innermost: unknown): unknown {
  let value = innermost;
  for (let level = 0; level < levels; level++) {
    value = wrap(value);
  }
  return value;
}

describe('Law 25: two lists of arguments that differ have two keys', () => {
  it('of one argument', () => {
    const { apart, merged } = compared(placed((value) => [value]));
    expect(merged).toEqual([]);
    expect(apart).toBeGreaterThan(10_000);
  });

  // Each pair would have one key if a part of it were written without its type, its length or its end.
  const long = 'a'.repeat(200);
  const longer = 'b'.repeat(32_767);
  const written = String.fromCharCode(128 + longer.length) + longer;
  const alike: [what: string, one: readonly unknown[], other: readonly unknown[]][] = [
    ['an element and a property', [Object.assign([1], { a: 1 })], [[1, 1]]],
    ['properties of arrays by other names', [Object.assign([1], { a: 1 })], [Object.assign([1], { b: 1 })]],
    ['an object in an array, and one beside it', [[{}]], [[], {}]],
    ['two bigints, and one', [[1n, 2n]], [[12n]]],
    ['numbers, and a string of them', [[5, ...Array<number>(37).fill(1)]], [[`;${'1;'.repeat(37)}`]]],
    ['short strings, and a long one of them', [Array<string>(64).fill('x')], [['\x81x'.repeat(64)]]],
    [
      'long strings, and one longer than a character can express',
      [[long, longer, longer]],
      [[long + written + written]],
    ],
  ];
  for (const [what, one, other] of alike) {
    it(`of ${what}`, () => {
      expect(haveOneKey(one, other)).toBeFalse();
    });
  }

  it('of several arguments', () => {
    const { apart, merged } = compared(lists);
    expect(merged).toEqual([]);
    expect(apart).toBeGreaterThan(400);
  });

  for (const [where, place] of Object.entries(placements)) {
    it(`that differ in ${where}`, () => {
      const { apart, merged } = compared(placed(place));
      expect(merged).toEqual([]);
      expect(apart).toBeGreaterThan(10_000);
    });
  }

  it('that differ in the name of a property', () => {
    const names = [
      '',
      'a',
      'b',
      'ab',
      'A',
      '0',
      '00',
      '1',
      '-0',
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'length',
      'signal',
      'a;',
      ';a',
      'a:1',
      '{',
      '\0',
      '\x1f',
      '\x81',
      '\x81a',
      '\ud800',
      '\udc00',
      '\ufffd',
      'x'.repeat(127),
      'x'.repeat(128),
      'Symbol(a)',
      Symbol('a'),
      Symbol('a'),
      Symbol.for('a'),
      Symbol.iterator,
    ];
    const table = Object.fromEntries(
      names.map((name, i) => [
        `${i} ${String(name)}`,
        () => [Object.defineProperty({}, name, { value: 1, enumerable: true })],
      ]),
    );
    expect(compared(table).merged).toEqual([]);
  });

  it('even if the text of one could be the structure of the other', () => {
    const seen: string[] = [];
    const values = [1, 'a', [1], ['a', ['b']], { a: 1 }, { a: { b: 'c' } }, new Map([[1, 'a']]), new Set(['a'])];
    for (const value of values) {
      const key = String(argumentsKey(value, 'more'));
      for (const text of [key, key.slice(1), `${key};`, `"${key.length}:${key}`, JSON.stringify(key)]) {
        seen.push(text);
        expect(haveOneKey([text], [value, 'more'])).toBeFalse();
        expect(haveOneKey([[text]], [value, 'more'])).toBeFalse();
        expect(haveOneKey([value, text], [value, 'more'])).toBeFalse();
        expect(argumentsKey(text)).not.toBe(key);
      }
    }
    expect(new Set(seen.map((text) => argumentsKey(text))).size).toBe(new Set(seen).size);
  });

  it('even if a symbol is registered by a name that could be written for another', () => {
    const symbols = Array.from({ length: 100 }, () => Symbol());
    const registered = Array.from({ length: 1000 }, (_, i) => Symbol.for(`${i};`));
    const keys = [...symbols, ...registered].map((symbol) => argumentsKey([symbol]));
    expect(new Set(keys).size).toBe(1100);
  });

  it('by binary data of any class', () => {
    const classes = [
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      Float32Array,
      Float64Array,
    ];
    const table = Object.fromEntries(
      classes.flatMap((Class) =>
        [[], [0], [1], [0, 0], [0, 1], [1, 0]].map((content) => [
          `${Class.name} ${content.join()}`,
          () => [new Class(content)],
        ]),
      ),
    );
    expect(compared(table).merged).toEqual([]);
  });
});

describe('Law 25: two lists of arguments that are equal have one key', () => {
  it('when each is a new object', () => {
    for (const [what, make] of Object.entries(different)) {
      for (const [where, place] of Object.entries(placements)) {
        expect(haveOneKey(place(make()), place(make())))
          .withContext(`${what}, ${where}`)
          .toBeTrue();
      }
    }
  });

  for (const { what, one, other } of equalPairs) {
    it(what, () => {
      expect(haveOneKey(one, other)).toBeTrue();
      expect(haveOneKey([{ a: [one[0]] }], [{ a: [other[0]] }])).toBeTrue();
    });
  }

  it('in whatever order one meets symbols first', () => {
    const [a, b] = [Symbol('x'), Symbol('x')];
    const first = argumentsKey({ [b]: 1, [a]: 2 });
    expect(argumentsKey({ [a]: 2, [b]: 1 })).toBe(first);
    expect(argumentsKey({ [a]: 1, [b]: 2 })).not.toBe(first);
  });
});

describe('Law 25: what runtimes differ in', () => {
  it('is whether a WeakMap takes symbols, which Firefox 140 refuses', () => {
    const numbers = Symbol.for('rxjs-coalesce.symbols');
    const before = Object.getOwnPropertyDescriptor(globalThis, numbers);
    const of = Object.assign(new WeakMap<WeakKey, number>(), {
      set: () => {
        throw new TypeError('WeakMap key Symbol() must be an object');
      },
    });
    Object.assign(globalThis, { [numbers]: { of, next: 1 } });
    const [a, b] = [Symbol('x'), Symbol('x')];
    expect(haveOneKey([[a]], [[a]])).toBeTrue();
    expect(haveOneKey([[a]], [[b]])).toBeFalse();
    expect(haveOneKey([{ [a]: b }], [{ [a]: b }])).toBeTrue();
    Reflect.deleteProperty(globalThis, numbers);
    if (before !== undefined) Object.defineProperty(globalThis, numbers, before);
  });

  it('is what they store under symbols: a URL, URLSearchParams and Headers are compared by what they hold', () => {
    for (const make of [
      () => new URL('https://a.b'),
      () => new URLSearchParams('a=1'),
      () => new Headers({ a: '1' }),
    ]) {
      const withSymbols = (state: number): object =>
        Object.assign(make(), { [Symbol('list')]: [state], [Symbol('brand')]: () => state });
      expect(argumentsKey(withSymbols(1))).toBe(argumentsKey(make()));
      expect(argumentsKey([withSymbols(1)])).toBe(argumentsKey([withSymbols(2)]));
    }
  });

  it('is whether they have these classes at all', () => {
    for (const name of ['URL', 'URLSearchParams', 'Headers'] as const) {
      const values = [new Map([[1, 2]]), new Set([1]), new Date(1), new Uint8Array([1, 2])];
      const keys = values.map((value) => argumentsKey(value));
      const value = name === 'Headers' ? new Headers() : new globalThis[name]('https://a.b');
      const global = Object.getOwnPropertyDescriptor(globalThis, name)!;
      Reflect.deleteProperty(globalThis, name);
      try {
        expect(values.map((value) => argumentsKey(value))).toEqual(keys);
        expect(() => argumentsKey(value)).toThrowError(TypeError, new RegExp(`argument 1 .an instance of ${name}.`));
      } finally {
        Object.defineProperty(globalThis, name, global);
      }
    }
  });
});

describe('Law 25: a single primitive argument is its own key', () => {
  for (const [what, make] of Object.entries(primitives)) {
    const value = make();
    if (typeof value === 'string' && value.startsWith('\x1f')) {
      it(`but not ${what}`, () => expect(argumentsKey(value)).not.toBe(value));
    } else {
      it(what, () => {
        expect(Object.is(argumentsKey(value), value)).toBeTrue();
        expect(Object.is(argumentsKey(value, undefined, undefined), value)).toBeTrue();
      });
    }
  }

  it('and no argument is undefined', () => expect(argumentsKey()).toBeUndefined());
});

describe('Law 25: of random plain data', () => {
  const symbols = [Symbol('s'), Symbol('s'), Symbol.for('s'), Symbol.iterator];
  const name = fc.constantFrom<PropertyKey>('a', 'b', '', '0', '1', '__proto__', 'constructor', ...symbols);
  const leaf = fc.oneof(
    fc.constantFrom<unknown>(undefined, null, true, false, 0, -0, 1, NaN, 0n, 1n, '', 'a', 'b', '0', '1', ...symbols),
    fc.constantFrom('\x1f', ';', '[', '{', '\x81a', '\ud800', 'a;', '"1:a'),
    fc.string({ unit: 'binary', maxLength: 3 }),
    fc.constantFrom(0, 1, NaN).map((time) => new Date(time)),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => {
    const some = fc.array(tie('value'), { maxLength: 3 });
    const entries = fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 });
    return {
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        { weight: 3, arbitrary: leaf },
        { weight: 1, arbitrary: some },
        {
          weight: 1,
          arbitrary: fc
            .tuple(fc.nat(3), fc.array(fc.tuple(fc.nat(3), tie('value')), { maxLength: 2 }))
            .map(([length, elements]) => {
              const array = new Array<unknown>(length);
              elements.forEach(([index, element]) => (array[index] = element));
              return array;
            }),
        },
        {
          weight: 2,
          arbitrary: fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map((properties) => {
            const object = {};
            for (const [key, content] of properties) {
              Object.defineProperty(object, key, {
                value: content,
                enumerable: true,
                configurable: true,
                writable: true,
              });
            }
            return object;
          }),
        },
        { weight: 1, arbitrary: entries.map((pairs) => new Map(pairs)) },
        { weight: 1, arbitrary: some.map((values) => new Set(values)) },
      ),
    };
  });
  const args = fc.array(value, { maxLength: 3 });
  const holds = (property: fc.IProperty<never> | fc.IRawProperty<any>): void => {
    expect(() => fc.assert(property as fc.IRawProperty<unknown>, { numRuns: 2000 })).not.toThrow();
  };

  it('a copy in another order has the same key', () => {
    holds(
      fc.property(args, fc.array(fc.nat(), { minLength: 1, maxLength: 20 }), (list, picks) => {
        let picked = 0;
        const copy = reordered(list, (below) => (picks[picked++ % picks.length] ?? 0) % below) as unknown[];
        return haveOneKey(list, copy);
      }),
    );
  });

  it('two values have one key exactly if they are equal', () => {
    const pairs = fc.oneof(fc.tuple(leaf, leaf), fc.tuple(value, value));
    holds(fc.property(pairs, ([one, other]) => haveOneKey([[one]], [[other]]) === areEqual(one, other)));
  });

  it('and also if one is the other with a part replaced', () => {
    const replaced = (whole: unknown, at: number, by: unknown): unknown => {
      let reached = 0;
      const within = (part: unknown): unknown => {
        if (reached++ === at) {
          return by;
        }
        if (part instanceof Map) {
          return new Map([...part].map(([key, entry]) => [within(key), within(entry)]));
        }
        if (part instanceof Set) {
          return new Set([...part].map(within));
        }
        return Array.isArray(part) ? part.map(within) : part;
      };
      return within(whole);
    };
    holds(
      fc.property(value, fc.nat(8), fc.oneof(leaf, value), (one, at, by) => {
        const other = replaced(one, at, by);
        return haveOneKey([one, 'end'], [other, 'end']) === areEqual(one, other);
      }),
    );
  });
});

describe('Law 26: what cannot be compared is refused', () => {
  class Point {
    x = 1;
  }
  class Points extends Array<unknown> {}
  class Table extends Map<unknown, unknown> {}
  class Names extends Set<unknown> {}
  class Day extends Date {}
  class Bytes extends Uint8Array {}
  class Address extends URL {}
  class Query extends URLSearchParams {}
  class Fields extends Headers {}
  const itself: unknown[] = [];
  itself.push(itself);
  const ownEntry = new Set<unknown>();
  ownEntry.add(ownEntry);
  const detachedView = new Uint8Array(1);
  const { buffer: detached } = detachedView;
  structuredClone(detached, { transfer: [detached] });
  const mutual = { other: new Map<string, unknown>() };
  mutual.other.set('back', [mutual]);
  const longer: { a: { b: { c?: unknown } } } = { a: { b: {} } };
  longer.a.b.c = longer;
  const oldSubclass = Object.setPrototypeOf([1], []) as unknown;
  const withoutPrototype = (value: object): unknown => Object.setPrototypeOf(value, null) as unknown;

  const refused: [what: string, args: readonly unknown[], where: string][] = [
    ['a function', [() => 1], '1 (an instance of Function)'],
    ['a class', [Point], '1 (an instance of Function)'],
    [
      'a function in the place of a plain object',
      [Object.setPrototypeOf(() => 1, Object.prototype)],
      '1 (an instance of Object)',
    ],
    ['a function without a prototype', [withoutPrototype(() => 1)], '1 (an instance of Object)'],
    ['Math', [Math], '1 (an instance of Object)'],
    ['JSON', [{ a: JSON }], '1 at .a (an instance of Object)'],
    ['the exports of a module', [exportsOfModule], '1 (an instance of Object)'],
    ['an object that is tagged as another', [{ [Symbol.toStringTag]: 'Map' }], '1 (an instance of Object)'],
    ['a class instance', [new Point()], '1 (an instance of Point)'],
    [
      'an instance of a class without a name',
      [
        new (class {
          x = 1;
        })(),
      ],
      '1 (an instance of a class)',
    ],
    ['what inherits from an object', [Object.create({ a: 1 })], '1 (an instance of Object)'],
    [
      'what inherits from one without a prototype',
      [Object.create(Object.create(null) as object)],
      '1 (an instance of Object)',
    ],
    ['an array without a prototype', [withoutPrototype([1])], '1 (an instance of Object)'],
    ['a subclass of Array', [new Points()], '1 (an instance of Points)'],
    ['an array that inherits from another', [oldSubclass], '1 (an instance of Array)'],
    ['what only inherits from Array', [Object.create(Array.prototype)], '1 (an instance of Array)'],
    [
      'an instance of a class with a method of Object.prototype',
      [
        new (class Odd {
          isPrototypeOf(): boolean {
            return false;
          }
        })(),
      ],
      '1 (an instance of Odd)',
    ],
    ['a subclass of Map', [new Table()], '1 (an instance of Table)'],
    ['a subclass of Set', [new Names()], '1 (an instance of Names)'],
    ['a subclass of Date', [new Day()], '1 (an instance of Day)'],
    ['a subclass of Uint8Array', [new Bytes(1)], '1 (an instance of Bytes)'],
    ['a subclass by the same name', [new (class Map extends globalThis.Map {})()], '1 (an instance of Map)'],
    ['a RegExp', [/a/], '1 (an instance of RegExp)'],
    ['a Promise', [Promise.resolve(1)], '1 (an instance of Promise)'],
    ['an Error', [new Error('e')], '1 (an instance of Error)'],
    ['a WeakMap', [new WeakMap()], '1 (an instance of WeakMap)'],
    ['an Observable', [of(1)], '1 (an instance of Observable)'],
    ['a boxed number', [Object(1)], '1 (an instance of Number)'],
    ['a boxed string', [Object('a')], '1 (an instance of String)'],
    ['a boxed boolean', [Object(true)], '1 (an instance of Boolean)'],
    ['a boxed symbol', [Object(Symbol('s'))], '1 (an instance of Symbol)'],
    ['a boxed bigint', [Object(1n)], '1 (an instance of BigInt)'],
    ['what only inherits from Map', [Object.create(Map.prototype)], '1 (an instance of Map)'],
    ['what only inherits from Set', [Object.create(Set.prototype)], '1 (an instance of Set)'],
    ['what only inherits from Date', [Object.create(Date.prototype)], '1 (an instance of Date)'],
    ['what only inherits from URL', [Object.create(URL.prototype)], '1 (an instance of URL)'],
    ['a subclass of URL', [new Address('https://a.b')], '1 (an instance of Address)'],
    ['a subclass of URLSearchParams', [new Query('a=1')], '1 (an instance of Query)'],
    ['a subclass of Headers', [new Fields({ a: '1' })], '1 (an instance of Fields)'],
    [
      'what only inherits from URLSearchParams',
      [Object.create(URLSearchParams.prototype)],
      '1 (an instance of URLSearchParams)',
    ],
    ['what only inherits from Headers', [Object.create(Headers.prototype)], '1 (an instance of Headers)'],
    ['a URL with a property', [Object.assign(new URL('https://a.b'), { a: 1 })], '1 (an instance of URL)'],
    [
      'a URLSearchParams with a property',
      [Object.assign(new URLSearchParams(), { a: 1 })],
      '1 (an instance of URLSearchParams)',
    ],
    ['a Headers with a property', [Object.assign(new Headers(), { a: 1 })], '1 (an instance of Headers)'],
    ['a FormData', [new FormData()], '1 (an instance of FormData)'],
    ['what only inherits from Uint8Array', [Object.create(Uint8Array.prototype)], '1 (an instance of Uint8Array)'],
    ['a Map behind a Proxy', [new Proxy(new Map(), {})], '1 (an instance of Map)'],
    ['a Date with a property of its own', [Object.assign(new Date(), { zone: 1 })], '1 (an instance of Date)'],
    [
      'a Map with a property of a symbol',
      [Object.assign(new Map(), { [Symbol.for('s')]: 1 })],
      '1 (an instance of Map)',
    ],
    ['binary data with a property', [Object.assign(new Uint8Array(2), { a: 1 })], '1 (an instance of Uint8Array)'],
    ['a cycle in a Set', [ownEntry], '1 at .0 (a cycle)'],
    ['a detached ArrayBuffer', [detached], '1 (an instance of ArrayBuffer)'],
    [
      'a view on a detached ArrayBuffer',
      [new DataView(new ArrayBuffer(1)), detachedView],
      '2 (an instance of Uint8Array)',
    ],
    ['a cycle', [itself], '1 at .0 (a cycle)'],
    ['a cycle of several', [1, mutual], '2 at .other.0.1.0 (a cycle)'],
    ['a cycle of more', [longer], '1 at .a.b.c (a cycle)'],
    ['a cycle beside something deep', [nested(40, (inner) => [inner], 0), itself], '2 at .0 (a cycle)'],
    ['the third argument', [1, {}, new Point()], '3 (an instance of Point)'],
    ['after an undefined', [undefined, /a/], '2 (an instance of RegExp)'],
    ['an element', [[0, [1, /a/]]], '1 at .1.1 (an instance of RegExp)'],
    ['an element beside a hole', [Object.assign(new Array(3), { 2: /a/ })], '1 at .2 (an instance of RegExp)'],
    ['a property', [{ a: { $b_1: /a/ } }], '1 at .a.$b_1 (an instance of RegExp)'],
    ['a property of a hostile name', [{ 'a"].b': { '': /a/ } }], '1 at .a"].b. (an instance of RegExp)'],
    ['a property of a symbol', [{ [Symbol('s')]: [/a/] }], '1 at .Symbol(s).0 (an instance of RegExp)'],
    ['the value of a Map', [new Map([['a', /a/]])], '1 at .0.1 (an instance of RegExp)'],
    ['the key of a Map', [new Map([[/a/, 'a']])], '1 at .0.0 (an instance of RegExp)'],
    ['an entry of a Set', [{ a: new Set([1, /a/]) }], '1 at .a.1 (an instance of RegExp)'],
  ];

  for (const [what, args, where] of refused) {
    it(what, () => {
      expect(() => argumentsKey(...args)).toThrowError(
        TypeError,
        `argumentsKey: cannot compare argument ${where}: pass a keyFn`,
      );
    });
  }

  const tooMuch = 'argumentsKey: cannot compare argument 2 (too large): pass a keyFn';

  const sharing: Record<string, (inner: unknown) => unknown> = {
    arrays: (inner) => [inner, inner],
    objects: (inner) => ({ a: inner, b: inner }),
    Maps: (inner) => new Map([[1, inner], [2, inner]]), // prettier-ignore
    Sets: (inner) => new Set([inner, [inner]]),
  };
  for (const [what, share] of Object.entries(sharing)) {
    it(`a small value of ${what} that would be huge with its shared parts written out`, () => {
      expect(() => argumentsKey(1, nested(64, share, []))).toThrowError(TypeError, tooMuch);
    });
  }

  const ways: Record<string, (inner: unknown) => unknown> = {
    ...sharing,
    'objects with more beside': (inner) => ({ a: [{}, [[]]], b: inner, c: 1 }),
  };
  for (const [what, way] of Object.entries(ways)) {
    it(`a long cycle through ${what}, or one that begins deep down`, () => {
      for (const [before, round] of [
        [0, 1000],
        [1000, 1],
        [100, 100],
      ] as const) {
        // prettier-ignore
        const start: { again?: unknown } = {};
        start.again = nested(round, way, start);
        expect(() =>
          argumentsKey(
            1,
            nested(before, (inner) => [inner], start),
          ),
        ).toThrowError(TypeError, /^argumentsKey: cannot compare argument 2 at [^ ]+ \(a cycle\): pass a keyFn$/);
      }
    });
  }

  it('a text that would be too long for a string', () => {
    const long = Array<string>(1000).fill('x'.repeat(10_000_000));
    expect(() => argumentsKey(1, long)).toThrowError(TypeError, tooMuch);
    expect(() => argumentsKey(1, new Set(long.map((text, i) => [i, text])))).toThrowError(TypeError, tooMuch);
    const urls = Array<URL>(1000).fill(new URL(`https://a.b/${'x'.repeat(1_000_000)}`));
    expect(() => argumentsKey(1, urls)).toThrowError(TypeError, tooMuch);
  });

  it('a value that getters create without end', () => {
    const endless = (): object => ({
      get next() {
        return endless();
      },
    });
    expect(() => argumentsKey(1, endless())).toThrowError(TypeError, tooMuch);
  });

  it('but not the same part twice, and not a Date while a clock is mocked', () => {
    const part = { a: [1] };
    expect(haveOneKey([part, [part, { part }]], [part, [{ a: [1] }, { part: { a: [1] } }]])).toBeTrue();

    const { Date: genuine } = globalThis;
    globalThis.Date = class MockDate extends genuine {} as DateConstructor;
    try {
      expect(haveOneKey([new Date(1)], [new Date(1)])).toBeTrue();
      expect(haveOneKey([new Date(1)], [new Date(2)])).toBeFalse();
    } finally {
      globalThis.Date = genuine;
    }
  });
});

describe('Law 25: arguments may be deep or large', () => {
  const wraps: Record<string, (inner: unknown) => unknown> = {
    arrays: (inner) => [inner],
    objects: (inner) => ({ a: inner }),
    'objects with more beside': (inner) => ({ z: 1, a: inner, b: [2] }),
    'arrays with a hole': (inner) => Object.assign(new Array(2), { 1: inner }),
    'the values of Maps': (inner) => new Map([['a', inner]]),
    'the keys of Maps': (inner) => new Map([[inner, 'a']]),
    Sets: (inner) => new Set([inner]),
  };
  for (const [what, wrap] of Object.entries(wraps)) {
    it(`10,000 levels of ${what}`, () => {
      const deep = (innermost: unknown) => [nested(10_000, wrap, innermost)];
      expect(haveOneKey(deep('end'), deep('end'))).toBeTrue();
      expect(haveOneKey(deep('end'), deep('END'))).toBeFalse();
      expect(haveOneKey(deep('end'), [nested(9999, wrap, 'end')])).toBeFalse();
    });
  }

  it('and a refusal at the bottom of them names the path', () => {
    expect(() => argumentsKey(nested(10_000, (inner) => [inner], /a/))).toThrowError(
      TypeError,
      `argumentsKey: cannot compare argument 1 at ${'.0'.repeat(10_000)} (an instance of RegExp): pass a keyFn`,
    );
  });

  const large: Record<string, (last: number) => unknown> = {
    'one string': (last) => ['x'.repeat(10_000_000) + String(last)],
    'many strings': (last) => Array.from({ length: 100_000 }, (_, i) => 'x'.repeat(100) + String(i === 99_999 ? last : i)),
    'many objects': (last) => Array.from({ length: 150_000 }, (_, id) => ({ id, name: `an object of some 60 characters`, last })),
    numbers: (last) => [...new Array<number>(2_000_000).fill(12345), last],
    'a Map': (last) => new Map(Array.from({ length: 100_000 }, (_, i) => [`entry ${i}`, { i, last }])),
    names: (last) => Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`a name of some 40 characters ${(i * 7919) % 200_000}`, i === 0 ? last : i])),
    bytes: (last) => new Uint8Array(10_000_000).fill(last, 9_999_999),
    'an ArrayBuffer': (last) => new Uint8Array(10_000_000).fill(last, 9_999_999).buffer,
    'Float64 numbers': (last) => new Float64Array(1_250_000).fill(last, 1_249_999),
  }; // prettier-ignore
  for (const [what, make] of Object.entries(large)) {
    it(`ten megabytes of ${what}`, () => {
      const key = argumentsKey(make(1));
      expect(argumentsKey(make(1)) === key).toBeTrue();
      expect(argumentsKey(make(2)) === key).toBeFalse();
    });
  }
});

describe('Law 25: the default key runs code that is in the arguments', () => {
  it('reads each getter once', () => {
    const reads: string[] = [];
    const watched = (name: string, content: unknown): object =>
      Object.defineProperty({}, name, {
        enumerable: true,
        get: () => {
          reads.push(name);
          return content;
        },
      });
    const element = Object.defineProperty([0], 0, {
      enumerable: true,
      get: () => {
        reads.push('element');
        return 4;
      },
    });
    const key = argumentsKey(watched('a', watched('b', 1)), element, new Map([['m', watched('c', 2)]]));
    expect(key).toBe(argumentsKey({ a: { b: 1 } }, [4], new Map([['m', { c: 2 }]])));
    expect(reads).toEqual(['a', 'b', 'element', 'c']);
  });

  it('reads each property of a Proxy once', () => {
    const reads: PropertyKey[] = [];
    const watched = <T extends object>(target: T): T =>
      new Proxy(target, {
        get: (from, name) => {
          reads.push(name);
          return Reflect.get(from, name) as unknown;
        },
      });
    expect(haveOneKey([watched({ a: 1, b: [2] })], [{ a: 1, b: [2] }])).toBeTrue();
    expect(reads).toEqual(['a', 'b']);
    reads.length = 0;
    expect(haveOneKey([watched(['a', 'b'])], [['a', 'b']])).toBeTrue();
    expect(reads).toEqual(['length', '0', '1']);
  });

  it('throws what a Proxy throws, and refuses a Proxy of what cannot be compared', () => {
    const error = new Error('trapped');
    const trap = (): never => {
      throw error;
    };
    const traps: ProxyHandler<object>[] = [
      { get: trap },
      { ownKeys: trap },
      { getPrototypeOf: trap },
      { getOwnPropertyDescriptor: trap },
    ];
    for (const handler of traps) {
      expect(() => argumentsKey(1, new Proxy({ a: 1 }, handler))).toThrow(error);
      expect(() => argumentsKey(1, [new Proxy([1], handler)])).toThrow(error);
    }
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(() => argumentsKey(1, proxy)).toThrowError(TypeError);
    for (const target of [
      () => 1,
      /a/,
      new Date(),
      new Map(),
      new Uint8Array(1),
      new ArrayBuffer(1),
      new URL('https://a.b'),
      new URLSearchParams('a=1'),
    ]) {
      expect(() => argumentsKey(1, new Proxy(target, {}))).toThrowError(
        TypeError,
        /^argumentsKey: cannot compare argument 2 /,
      );
    }
  });

  it('lets a getter compute keys itself', () => {
    const inner = (): object => ({
      get key() {
        return argumentsKey(new Set([{ a: [1] }, 'x']), { b: new Map([[[1], 2]]) });
      },
    });
    expect(argumentsKey([inner()], new Set([inner()]))).toBe(argumentsKey([inner()], new Set([inner()])));
    const { key } = inner() as { readonly key: unknown };
    expect(argumentsKey([inner()])).toBe(argumentsKey([{ key }]));
  });

  it('ends even if an array grows while it is read', () => {
    const growing: unknown[] = [];
    const grow = {
      get more() {
        growing.push(grow);
        return growing.length;
      },
    };
    growing.push(grow, grow);
    expect(argumentsKey(growing)).toBe(argumentsKey([{ more: 3 }, { more: 4 }]));
  });

  it('reads no own property that hides what an instance of a built-in class is or contains', () => {
    const hiding = <T extends object>(value: T, name: PropertyKey, lie: unknown): T =>
      Object.defineProperty(value, name, { value: lie });
    const named = hiding(new Map([[1, 2]]), 'constructor', Set);
    expect(argumentsKey(named)).toBe(argumentsKey(new Map([[1, 2]])));
    expect(argumentsKey(named)).not.toBe(argumentsKey(new Set([[1, 2]])));
    const date = hiding(new Date(1), 'getTime', () => 2);
    expect(argumentsKey(date)).toBe(argumentsKey(new Date(1)));
    for (const [make, other] of [
      [() => new Map([[1, 2]]), new Map()],
      [() => new Set([1]), new Set()],
    ] as const) {
      const collection = hiding(make(), Symbol.iterator, () => [].values());
      expect(argumentsKey(collection)).toBe(argumentsKey(make()));
      expect(argumentsKey(collection)).not.toBe(argumentsKey(other));
    }
  });

  it('reads no own property that hides what an instance of a web class contains', () => {
    const lies = {
      href: { value: 'https://lie' },
      toString: { value: () => 'lie' },
      entries: { value: () => [['a', 'lie']].values() },
      [Symbol.iterator]: { value: () => [['a', 'lie']].values() },
    };
    for (const make of [
      () => new URL('https://a.b'),
      () => new URLSearchParams('a=1'),
      () => new Headers({ a: '1' }),
    ]) {
      expect(argumentsKey(Object.defineProperties(make(), lies))).toBe(argumentsKey(make()));
    }
  });

  it('calls no toJSON, toString or valueOf', () => {
    const untouched = Object.fromEntries(
      ['toJSON', 'toString', 'valueOf', Symbol.toPrimitive].map((name) => [
        name,
        new Proxy(Object, { apply: () => fail(String(name)) }),
      ]),
    );
    expect(() =>
      argumentsKey(Object.create(Object.prototype, Object.getOwnPropertyDescriptors(untouched))),
    ).toThrowError(TypeError, /\.toJSON \(an instance of Function\)/);
    expect(argumentsKey({ toJSON: 1, valueOf: 2 })).toBe(argumentsKey({ valueOf: 2, toJSON: 1 }));
  });

  it('a getter that throws affects only its caller', () => {
    let runs = 0;
    const load = coalesced((options: { readonly a: number }) => {
      runs++;
      return options.a === 1 ? NEVER : of(options.a);
    });
    const other = load({ a: 1 }).subscribe({ error: fail });
    const error = new Error('no a');
    const errors: unknown[] = [];
    const call = load({
      get a(): number {
        throw error;
      },
    });
    call.subscribe({ next: fail, error: (reason: unknown) => errors.push(reason) });
    load(/a/ as never).subscribe({ next: fail, error: (reason: unknown) => errors.push(reason) });

    expect(errors[0]).toBe(error);
    expect(errors[1]).toBeInstanceOf(TypeError);
    expect(errors.length).toBe(2);
    expect(runs).toBe(1);
    expect([...load.inFlight.keys()]).toEqual([argumentsKey({ a: 1 })]);
    expect(other.closed).toBeFalse();
    other.unsubscribe();
    expect(load.inFlight.size).toBe(0);
  });
});
