import { fromPortable, portable } from '../../src/across/portable.js';
import { base64 } from '../../src/across/redis/base64.js';
import { argumentsKey } from '../../src/index.js';

/** As media do on the way. */
const media: Readonly<Record<string, (sent: unknown) => unknown>> = {
  'as data': structuredClone,
  'as text': (sent) =>
    JSON.parse(
      JSON.stringify(sent, (_, part: unknown) => (part instanceof Uint8Array ? base64(part) : part)),
    ) as unknown,
};

function cross(value: unknown, medium: (sent: unknown) => unknown = structuredClone): unknown {
  return fromPortable(medium(portable(value, 'value')));
}

function crossThrown(thrown: unknown): unknown {
  return fromPortable(structuredClone(portable(thrown, 'error', true)));
}

class User {
  constructor(readonly name: string) {}
}

describe('Values across participants (law 37)', () => {
  const shared = { id: 1 };
  const sparse = [1, , 3]; // eslint-disable-line no-sparse-arrays
  const pooled = new Uint8Array([9, 9, 1, 2, 9]).subarray(2, 4);

  for (const [what, value] of Object.entries({
    primitives: [undefined, null, true, 0, -0, NaN, Infinity, -Infinity, '', -(2n ** 70n)],
    'negative zero': -0,
    'negative zero inside': [-0, new Float64Array([NaN, -0, 1.5])],
    undefined: undefined,
    text: 'ä€😀\0\n\u2028"\\',
    'halves of surrogate pairs': '\ud800 and \udc00',
    'plain objects': { a: { b: [{ c: 1 }] }, '': 0, c: undefined },
    lists: [[], {}, [[undefined]]],
    'names and lists like those of the format': { Array: ['Array', []], a: [0], b: ['number', '1'] },
    'holes in arrays': sparse,
    'a hole at the end': [, undefined, 3, ,], // eslint-disable-line no-sparse-arrays
    'an array with more than elements': Object.assign([1, 2], { index: 0 }),
    'a name like __proto__': JSON.parse('{"__proto__":{"polluted":1},"constructor":2}') as unknown,
    'dates, maps and sets': new Map<unknown, unknown>([
      [new Set([1, 'a']), new Date(5)],
      [{ key: 1 }, new Map()],
    ]),
    'binary data': [
      new Uint8Array([1, 2]),
      new Float64Array([NaN, -0]),
      new DataView(new ArrayBuffer(3)),
      new ArrayBuffer(2),
      new BigInt64Array([-1n]),
      Uint8Array.from({ length: 100_000 }, (_, i) => i),
    ],
    'an invalid date': new Date(NaN),
    'addresses and headers': {
      url: new URL('https://example.org/?a=1'),
      in: new Map([[new URLSearchParams('a=1&b=2'), new Set([new Headers({ accept: 'a', 'x-b': 'c' })])]]),
    },
  })) {
    for (const [how, medium] of Object.entries(media)) {
      it(`cross equal, ${how}: ${what}`, () => {
        const copy = cross(value, medium);
        expect(argumentsKey(copy)).toBe(argumentsKey(value));
        if (what.includes('zero')) {
          expect(copy).toEqual(value);
        }
        expect(Object.is(copy, value)).toBe(typeof value !== 'object');
        expect(Object.prototype.toString.call(copy)).toBe(Object.prototype.toString.call(value));
      });
    }
  }

  it('cross without the memory around a view', () => {
    const view = cross(pooled) as Uint8Array;
    expect([view.length, view.buffer.byteLength]).toEqual([2, 2]);
  });

  it('cross with holes that take no room', () => {
    const sparse: unknown[] = [];
    sparse[4_000_000_000] = 'far';
    expect((cross(sparse) as unknown[])[4_000_000_000]).toBe('far');
  });

  it('cross as a Buffer if they are one', () => {
    if (!('Buffer' in globalThis)) {
      pending('browsers have no Buffer');
    }
    for (const medium of Object.values(media)) {
      const copy = cross({ file: Buffer.from('text') }, medium) as { file: Buffer };
      expect([Buffer.isBuffer(copy.file), copy.file.toString()]).toEqual([true, 'text']);
    }
  });

  it('cross as they were when they were emitted', () => {
    const value = { list: [1] };
    const sent = portable(value, 'value');
    value.list.push(2);
    expect(fromPortable(sent)).toEqual({ list: [1] });
  });

  it('keep what is shared, so that a small value stays small', () => {
    let doubled: unknown = shared;
    for (let depth = 0; depth < 64; depth++) {
      doubled = [doubled, doubled];
    }
    const [left, right] = cross(doubled) as [unknown, unknown];
    expect(left).toBe(right);
  });

  it('pollute nothing', () => {
    cross(JSON.parse('{"__proto__":{"polluted":1}}'));
    crossThrown(Object.defineProperty(new Error('x'), '__proto__', { value: { polluted: 1 }, enumerable: true }));
    fromPortable([{ polluted: 1 }, ['Error', {}, JSON.parse('{"__proto__":[0]}')], [1]]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  const refused: readonly (readonly [string, unknown])[] = [
    ['value.owner is an instance of User: pass a codec', { owner: new User('Ada') }],
    ['value.0.1 is an instance of User: pass a codec', new Map([[1, new User('Ada')]])],
    ['value is an instance of User: pass a codec', new User('Ada')],
    ['value.then is a function: pass a codec', { then: () => 0 }],
    ['value.1 is a symbol: pass a codec', [1, Symbol('s')]],
    ['value is an object with Symbol(s): pass a codec', { [Symbol('s')]: 1 }],
    ['value.self is a cycle: pass a codec', cyclic],
    ['value.when is an instance of RegExp: pass a codec', { when: /x/ }],
    ['value is an instance of Date: pass a codec', Object.assign(new Date(0), { zone: 'UTC' })],
    ['value is an instance of Date: pass a codec', new (class Date extends User {})('x')],
    ['value is an instance of Error: pass a codec', new Error('x')],
  ];
  for (const [index, [path, value]] of refused.entries()) {
    it(`are refused where they would arrive changed, ${index}: ${path}`, () => {
      expect(() => portable(value, 'value')).toThrowError(TypeError, path);
    });
  }

  const hostile: Record<string, string> = {
    nothing: 'null',
    'no list': '{}',
    'an unknown class': '[["Function","return 1"],[0]]',
    'a class that is a member of every object': '[["constructor","return 1"],[0]]',
    'a Map without entries': '[["Map",5],[0]]',
    'a list of a wrong length': '[["Array",{},-1],[0]]',
    'wrong bytes': '[["Uint8Array","%"],[0]]',
    'bytes that are none': '[["DataView",{"buffer":7}],[0]]',
    'too few bytes for one number': '[["Float64Array","AA=="],[0]]',
    'a class of bytes that there is not': '[["Int64Array","AA=="],[0]]',
    'a wrong bigint': '[["bigint","1.5"]]',
    'no object': '[null,[0]]',
  };
  for (const [what, text] of Object.entries(hostile)) {
    it(`that nobody has sent come to nothing: ${what}`, () => {
      expect(() => fromPortable(JSON.parse(text))).toThrow();
      expect('polluted' in {}).toBeFalse();
    });
  }

  it('that nobody has sent come to data, and touch no prototype', () => {
    for (const text of [
      '[{"__proto__":{"polluted":true}},[0]]',
      '[["Array",{"__proto__":{"polluted":true}},1],[0]]',
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      '[[["__proto__"],[0]],[9]]',
      '[["__proto__"]]',
    ]) {
      try {
        const value = fromPortable(JSON.parse(text)) as object | undefined;
        expect([Object.prototype, Array.prototype]).not.toContain(value as object[]);
        expect<unknown[]>([Object.prototype, Array.prototype, undefined]).toContain(
          value && (Object.getPrototypeOf(value) as unknown),
        );
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
      expect('polluted' in {}).toBeFalse();
    }
  });

  it('are refused where they are too deep to be copied', () => {
    let deep: unknown = 0;
    for (let depth = 0; depth < 100_000; depth++) {
      deep = [deep];
    }
    expect(() => portable(deep, 'value')).toThrow();
  });
});

describe('Errors across participants (law 37)', () => {
  class HttpError extends RangeError {
    override name = 'HttpError';
    readonly response = new User('not plain');
    constructor(readonly status: number) {
      super(`status ${status}`, { cause: new TypeError('no network') });
    }
  }

  it('arrive of the same native class, with name, message, stack, cause and plain properties', () => {
    const sent = new HttpError(503);
    const arrived = crossThrown(sent) as HttpError;
    expect(arrived).toBeInstanceOf(RangeError);
    expect(Object.getPrototypeOf(arrived)).toBe(RangeError.prototype);
    expect([arrived.name, arrived.message, arrived.status, arrived.stack]).toEqual([
      'HttpError',
      'status 503',
      503,
      sent.stack!,
    ]);
    expect(arrived.cause).toEqual(new TypeError('no network'));
    expect('response' in arrived).toBe(false);
    expect(Object.keys(arrived)).not.toContain('stack');
  });

  it('arrive with a code, as a DOMException, as an AggregateError', () => {
    const coded = crossThrown(Object.assign(new Error('gone'), { code: 'ENOENT' })) as { code: string };
    expect(coded.code).toBe('ENOENT');
    const aborted = crossThrown(new DOMException('enough', 'AbortError')) as DOMException;
    expect([aborted instanceof DOMException, aborted.name, aborted.message]).toEqual([true, 'AbortError', 'enough']);
    const several = crossThrown(new AggregateError([new TypeError('a'), 0], 'both')) as AggregateError;
    expect(several).toBeInstanceOf(AggregateError);
    expect(several.errors).toEqual([new TypeError('a'), 0]);
  });

  it('arrive though they are their own cause', () => {
    const error = new Error('round');
    error.cause = error;
    expect((crossThrown(error) as Error).message).toBe('round');
  });

  for (const thrown of [undefined, null, 0, '', false, 'text', { status: 404 }]) {
    it(`arrive as they are: ${JSON.stringify(thrown)}`, () => {
      expect(crossThrown(thrown)).toEqual(thrown);
    });
  }
});
