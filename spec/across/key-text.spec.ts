import * as fc from 'fast-check';
import { keyText } from '../../src/across/key-text.js';
import { argumentsKey } from '../../src/index.js';

describe('Keys across participants (law 30)', () => {
  it('are texts that differ if the keys do', () => {
    const keys = [
      1,
      '1',
      1n,
      true,
      'true',
      null,
      'null',
      undefined,
      NaN,
      '',
      ' ',
      '\x1f',
      ['a,b'],
      ['a', 'b'],
      { a: 1 },
      { a: '1' },
      '__proto__',
      Symbol.for('a'),
      '@a',
      'é',
      '\ud800',
      '\ud801',
      '\\ud800',
    ];
    const texts = keys.map(keyText);
    expect(new Set(texts).size).toBe(keys.length);
  });

  it('are texts that no medium changes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        expect(keyText(one) === keyText(other)).toBe(one === other);
        // Neither control characters nor lone surrogates.
        expect(keyText(one)).toMatch(/^[\x20-\uffff]*$/);
        expect(new TextDecoder().decode(new TextEncoder().encode(keyText(one)))).toBe(keyText(one));
      }),
    );
  });

  it('are the same for equal keys', () => {
    expect(keyText({ a: 1, b: [0] })).toBe(keyText({ b: [-0], a: 1 }));
    expect(keyText(Symbol.for('a'))).toBe(keyText(Symbol.for('a')));
    expect(keyText(argumentsKey(1, { x: Symbol.for('a') }))).toBe(keyText(argumentsKey(1, { x: Symbol.for('a') })));
  });

  for (const [what, key] of Object.entries({
    'an unregistered symbol': Symbol('a'),
    'one inside of it': { a: [Symbol('a')] },
    'one as a name': { [Symbol('a')]: 1 },
    'one in the arguments that it was made of': argumentsKey('x'.repeat(200), [{ a: Symbol('a') }]),
    'a function': () => 0,
    'an instance of a class': new (class Cart {
      items = 0;
    })(),
  })) {
    it(`are refused if they differ in each process: ${what}`, () => {
      expect(() => keyText(key)).toThrowError(TypeError);
    });
  }

  it('may look like anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\x1f', '@', '"', ':', '-', '1', '\x85', 'a') }), (text) => {
        try {
          keyText(`\x1f${text}`);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
      }),
    );
  });
});
