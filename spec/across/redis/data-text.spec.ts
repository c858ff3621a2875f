import { readData } from '../../../src/across/redis/read-data.js';
import { writeData } from '../../../src/across/redis/write-data.js';

const read = (text: string) => readData(JSON.parse(text));
const crossed = (data: unknown) => read(writeData(data));

describe('data as text', () => {
  const values: Record<string, unknown> = {
    undefined: undefined,
    null: null,
    'a boolean': false,
    NaN: NaN,
    infinities: [Infinity, -Infinity],
    'negative zero': -0,
    'a bigint': -(2n ** 70n),
    text: 'ä€😀\0\n\u2028"\\',
    'half a surrogate pair': '\ud800 and \udc00',
    'an object': { a: { b: [1, { c: undefined }] } },
    'names like those of the format': { $: 'Map', content: [] },
    'names of prototypes': JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') as unknown,
    'a Map of Maps': new Map<unknown, unknown>([['a', new Map<unknown, unknown>([[NaN, { b: [-0] }]])]]),
    'a Set': new Set<unknown>([1, '1', [undefined]]),
    'a date': new Date(0),
    bytes: Uint8Array.from({ length: 100_000 }, (_, i) => i),
    floats: new Float64Array([NaN, -0, 1.5]),
    'big integers': new BigInt64Array([-1n]),
    'a list': [[], {}, [[undefined]]],
  };
  for (const [name, value] of Object.entries(values)) {
    it(`keeps ${name}`, () => {
      const copy = crossed(value);
      expect(copy).toEqual(value);
      expect(Object.is(copy, value)).toBe(typeof value !== 'object' || value === null);
      expect(Object.prototype.toString.call(copy)).toBe(Object.prototype.toString.call(value));
    });
  }

  it('keeps an invalid date, and a Map by objects', () => {
    expect((crossed(new Date(NaN)) as Date).getTime()).toBeNaN();
    expect([...(crossed(new Map([[{ a: 1 }, 2]])) as Map<unknown, unknown>)]).toEqual([[{ a: 1 }, 2]]);
  });

  it('keeps bytes that are part of a buffer, and a view of any kind', () => {
    const { buffer } = Uint8Array.of(1, 2, 3, 4);
    expect(crossed(new Uint8Array(buffer, 1, 2))).toEqual(Uint8Array.of(2, 3));
    expect((crossed(new DataView(buffer, 1)) as DataView).getInt16(0)).toBe(0x0203);
    expect(new Uint8Array(crossed(buffer) as ArrayBuffer)).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  it('keeps holes, and tells them from undefined', () => {
    // eslint-disable-next-line no-sparse-arrays -- that is what is tried
    const copy = crossed([, undefined, 3, ,]) as unknown[];
    expect(copy.length).toBe(4);
    expect(Object.keys(copy)).toEqual(['1', '2']);
    const sparse: unknown[] = [];
    sparse[4_000_000_000] = 'far';
    expect((crossed(sparse) as unknown[])[4_000_000_000]).toBe('far');
  });

  it('refuses what is nested too deep, and what is no data', () => {
    const nested = (depth: number) => Array.from({ length: depth }).reduce((inner) => ({ inner }), 'core');
    expect(crossed(nested(256))).toEqual(nested(256));
    const maps = Array.from({ length: 256 }).reduce((inner) => new Map([[1, inner]]), 'core');
    expect(writeData(crossed(maps))).toBe(writeData(maps));
    expect(() => writeData(nested(257))).toThrowError(TypeError, 'Data is nested deeper than 256 levels.');
    expect(() => writeData(() => 1)).toThrowError(TypeError, 'A function is no data.');
    expect(() => writeData([Symbol('s')])).toThrowError(TypeError, 'A symbol is no data.');
  });

  const hostile: Record<string, string> = {
    nothing: '',
    'half a text': '{"a":',
    'a prototype': '{"a":{"__proto__":{"polluted":true}}}',
    'a prototype in disguise': '{"a":{"\\u005f_proto__":{"polluted":true}}}',
    'an unknown tag': '{"$":"Function","content":"return 1"}',
    'a tag that is a member of every object': '{"$":"constructor","content":"return 1"}',
    'a tag that is no text': '{"$":["Map"],"content":[]}',
    'a Map without entries': '{"$":"Map","content":5}',
    'a list of a wrong length': '{"$":"Array","content":[-1,[]]}',
    'wrong bytes': '{"$":"Uint8Array","content":"%"}',
    'too few bytes for one number': '{"$":"Float64Array","content":"AA=="}',
    'a wrong bigint': '{"$":"bigint","content":"1.5"}',
    depth: '['.repeat(100_000) + ']'.repeat(100_000),
    'depth in tags': '{"$":"Set","content":['.repeat(50_000) + ']}'.repeat(50_000),
  };
  for (const [name, text] of Object.entries(hostile)) {
    it(`throws at ${name}, and touches no prototype`, () => {
      expect(() => read(text)).toThrow();
      expect('polluted' in {}).toBeFalse();
    });
  }
});
