import { argumentsKey } from '../../src/index.js';
import { textOf } from '../../src/timeline/text-of.js';

describe('textOf', () => {
  for (const { value, text } of [
    { value: 7, text: '7' },
    { value: 'tea', text: 'tea' },
    { value: undefined, text: 'undefined' },
    { value: Symbol('tea'), text: 'Symbol(tea)' },
    { value: { page: 1 }, text: '{"page":1}' },
    { value: 10n, text: '10n' },
    { value: new RangeError('too far'), text: 'RangeError: too far' },
  ]) {
    it(`should write familiar notation: ${text}`, () => {
      expect(textOf(value)).toBe(text);
    });
  }

  for (const [value, other] of [
    ['7', 7],
    ['-0.5', -0.5],
    ['1e+21', 1e21],
    ['7n', 7n],
    ['NaN', NaN],
    ['-Infinity', -Infinity],
    ['true', true],
    ['null', null],
    ['undefined', undefined],
    ['1, true', argumentsKey(1, true)],
    ['"7"', '7'],
    ['', undefined],
  ] as const) {
    it(`should quote a string that reads as something else: ${value}`, () => {
      expect(textOf(value)).toBe(JSON.stringify(value));
      expect(textOf(other)).not.toBe(textOf(value));
    });
  }

  for (const value of ['tea', '2026-11-24', '123e4567-e89b-12d3', '7 up', 'nullable', '/users/7', '[7]', '1,2']) {
    it(`should not quote any other string: ${value}`, () => {
      expect(textOf(value)).toBe(value);
    });
  }

  for (const { args, text } of [
    { args: [1, 'a'], text: '1, "a"' },
    { args: [{ page: 1, q: ['é', true] }], text: '{ "page": 1, "q": ["é", true] }' },
    // eslint-disable-next-line no-sparse-arrays -- a hole is what it is about
    { args: [[1, , 2], -0], text: '{ "0": 1, "2": 2 }, 0' },
    { args: [new Map([['a', { b: 1 }]]), new Set([1])], text: 'Map(["a", { "b": 1 }]), Set(1)' },
    { args: [null, 10n, 5n, Symbol.for('x')], text: 'null, 10n, 5n, Symbol("x")' },
    { args: [new Date(5), new Uint8Array([1, 2])], text: 'Date(5), Uint8Array("1,2")' },
    { args: ['x;y', '"', 'x'.repeat(30)], text: `"x;y", "\\"", "${'x'.repeat(30)}"` },
  ]) {
    it(`should read the text of argumentsKey: ${text}`, () => {
      expect(textOf(argumentsKey(...(args as unknown[])))).toBe(text);
    });
  }

  for (const { what, value } of [
    { what: 'a long string', value: 'x'.repeat(1e6) },
    { what: 'the key of a long list', value: argumentsKey(Array.from({ length: 1e5 }, (_, index) => index)) },
    { what: 'what looks like a deep key', value: `\x1f${'['.repeat(1e6)}` },
    { what: 'a key that is cut off', value: '\x1f\xff' },
    { what: 'a length beyond all', value: '\x1f"99999999999999999999:x' },
    { what: 'a large object', value: { list: Array.from({ length: 1e5 }, () => 'x') } },
  ]) {
    it(`should shorten to one line: ${what}`, () => {
      expect(textOf(value).length).toBeLessThanOrEqual(60);
    });
  }

  it('should read the beginning of a key that is deep, or long', () => {
    expect(textOf(`\x1f${'['.repeat(1e6)}`)).toMatch(/^\[{59}…$/);
    expect(textOf(argumentsKey(['x'.repeat(1e6), 1]))).toMatch(/^\["x{57}…$/);
  });

  it('should escape characters that control a terminal, break a line or reverse the text', () => {
    expect(textOf('a\x1b[31mb\nc\u202ed\u2066e')).toBe('a\\u{1b}[31mb\\u{a}c\\u{202e}d\\u{2066}e');
    expect(textOf(new Error('a\r\nb'))).toBe('Error: a\\u{d}\\u{a}b');
    expect(textOf('\ud800')).toBe('\\u{d800}');
  });

  for (const { what, value } of [
    {
      what: 'a cycle',
      value: Object.assign(
        {},
        {
          get self(): unknown {
            return this;
          },
        },
      ),
    },
    { what: 'a bigint inside', value: { id: 1n } },
    { what: 'an object without a prototype', value: Object.assign(() => {}, { toString: 1 }) },
    {
      what: 'a proxy that throws',
      value: new Proxy(
        {},
        {
          get: () => {
            throw new Error('no');
          },
        },
      ),
    },
    { what: 'an error whose name is a symbol', value: Object.assign(new Error('no'), { name: Symbol('no') }) },
  ]) {
    it(`should not throw: ${what}`, () => {
      expect(textOf(value)).toBe('something unreadable');
    });
  }
});
