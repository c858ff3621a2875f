import { createContext, runInContext } from 'node:vm';
import { argumentsKey } from '../../src/index.js';

const context = createContext({});
const foreign = (code: string): unknown => runInContext(`(${code})`, context) as unknown;
const refusal = (name: string): RegExp =>
  new RegExp(`^argumentsKey: cannot compare argument 1 \\(${name}\\): pass a keyFn$`);

describe('Laws 25 and 26: values of another realm', () => {
  it('plain objects, arrays and primitives are compared by content, as those of this realm', () => {
    const equal: [code: string, value: unknown][] = [
      ['{ a: 1, b: [2] }', { b: [2], a: 1 }],
      ['[]', []],
      ['{}', {}],
      ['[1, , 3]', Object.assign(new Array(3), { 0: 1, 2: 3 })],
      ["Symbol.for('s')", Symbol.for('s')],
      ['[Symbol.iterator]', [Symbol.iterator]],
      ['1n', 1n],
    ];
    for (const [code, value] of equal) {
      expect(argumentsKey(foreign(code)))
        .withContext(code)
        .toBe(argumentsKey(value));
    }
    expect(argumentsKey(foreign('{ a: 1 }'))).not.toBe(argumentsKey({ a: 2 }));
    expect(argumentsKey(foreign('[[]]'))).not.toBe(argumentsKey([{}]));
  });

  it('everything else is refused, never merged', () => {
    for (const name of ['Map', 'Set', 'Uint8Array', 'ArrayBuffer', 'RegExp']) {
      const code = `new ${name}(${name === 'ArrayBuffer' ? '1' : ''})`;
      expect(() => argumentsKey(foreign(code)))
        .withContext(name)
        .toThrowError(TypeError, refusal(`an instance of ${name}`));
    }
    expect(() => argumentsKey(foreign('new Date(0)'))).toThrowError(TypeError, refusal('an instance of Date'));
    expect(() => argumentsKey(foreign('() => 1'))).toThrowError(TypeError, refusal('an instance of Function'));
    expect(() => argumentsKey(foreign('new (class Point {})'))).toThrowError(
      TypeError,
      refusal('an instance of Point'),
    );
    expect(() => argumentsKey(foreign('new (class List extends Array {})'))).toThrowError(
      TypeError,
      refusal('an instance of List'),
    );
  });
});

describe("Law 25: Node's binary data", () => {
  it('a Buffer by type and content, wherever it is in its pool', () => {
    const key = argumentsKey(Buffer.from('abc'));
    expect(argumentsKey(Buffer.from('xabc').subarray(1))).toBe(key);
    expect(argumentsKey(Buffer.from('abd'))).not.toBe(key);
    expect(argumentsKey(new Uint8Array(Buffer.from('abc')))).not.toBe(key);
  });

  it('a SharedArrayBuffer by content', () => {
    const shared = (...bytes: number[]): SharedArrayBuffer => {
      const buffer = new SharedArrayBuffer(bytes.length);
      new Uint8Array(buffer).set(bytes);
      return buffer;
    };
    expect(argumentsKey(shared(1, 2))).toBe(argumentsKey(shared(1, 2)));
    expect(argumentsKey(shared(1, 2))).not.toBe(argumentsKey(shared(1, 3)));
    expect(argumentsKey(shared(1, 2))).not.toBe(argumentsKey(new Uint8Array([1, 2]).buffer));
  });
});
