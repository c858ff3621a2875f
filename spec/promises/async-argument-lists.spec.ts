import { argumentsKey, coalesced, coalescedAsync } from '../../src/index.js';
import { different, equalPairs } from '../support/argument-lists.js';

const call = coalescedAsync(async (...args: unknown[]) => args.length);
const keyOf = (...args: unknown[]): unknown => call.keyFn(...args);
const areOneKey = (one: unknown, other: unknown): boolean => new Set([one]).has(other);
const signal = (): AbortSignal => new AbortController().signal;

describe("Law 25: coalescedAsync's own default key", () => {
  it('is readable, as is a keyFn that was passed', () => {
    const keyFn = (id: number): number => id;
    expect(coalescedAsync(async (id: number) => id, { keyFn }).keyFn).toBe(keyFn);
    expect(coalesced((id: number) => [id]).keyFn as unknown).toBe(argumentsKey);
    expect(keyOf(1)).toBe(1);
  });

  it('is argumentsKey if there is no signal', () => {
    for (const [what, make] of Object.entries(different)) {
      expect(areOneKey(keyOf(make()), argumentsKey(make())))
        .withContext(what)
        .toBeTrue();
      expect(areOneKey(keyOf(1, make()), argumentsKey(1, make())))
        .withContext(what)
        .toBeTrue();
      expect(areOneKey(keyOf(make(), 1), argumentsKey(make(), 1)))
        .withContext(what)
        .toBeTrue();
    }
    for (const { what, one, other } of equalPairs) {
      expect(keyOf(...one))
        .withContext(what)
        .toBe(keyOf(...other));
    }
  });

  it('leaves out a signal in the last place', () => {
    for (const [what, make] of Object.entries(different)) {
      for (const last of [signal(), AbortSignal.abort(), { signal: signal() }, { signal: undefined }]) {
        expect(areOneKey(keyOf(make(), last), argumentsKey(make())))
          .withContext(what)
          .toBeTrue();
        expect(keyOf(0, make(), last))
          .withContext(what)
          .toBe(argumentsKey(0, make()));
      }
    }
  });

  it('leaves out a signal wherever it stands', () => {
    for (const [what, make] of Object.entries(different)) {
      for (const place of [signal(), AbortSignal.abort(), { signal: signal() }, { signal: undefined }]) {
        expect(keyOf(place, 0, make()))
          .withContext(what)
          .toBe(argumentsKey(undefined, 0, make()));
        expect(keyOf(0, place, make()))
          .withContext(what)
          .toBe(argumentsKey(0, undefined, make()));
        expect(keyOf(0, make(), place, undefined))
          .withContext(what)
          .toBe(argumentsKey(0, make()));
      }
    }
    expect(keyOf(7, { signal: signal() }, undefined)).toBe(7);
    expect(keyOf(7, { page: 1, signal: signal() }, 'extra')).toBe(argumentsKey(7, { page: 1 }, 'extra'));
    expect(keyOf({ page: 1, signal: undefined }, { signal: signal() })).toBe(argumentsKey({ page: 1 }));
    expect(keyOf({ page: 1, signal: signal() }, { signal: undefined })).toBe(argumentsKey({ page: 1 }));
  });

  it('leaves out the signal alone of options', () => {
    const named = Symbol('named');
    const options = { b: [1], a: 1, [named]: 2 };
    expect(keyOf(1, { ...options, signal: signal() })).toBe(argumentsKey(1, options));
    expect(keyOf(1, { signal: undefined, ...options })).toBe(argumentsKey(1, options));
    expect(keyOf(1, { signal: signal(), a: undefined })).toBe(argumentsKey(1, { a: undefined }));
    expect(keyOf(1, { signal: signal(), [named]: 2 })).toBe(argumentsKey(1, { [named]: 2 }));
    expect(keyOf(1, Object.assign(Object.create(null), { signal: signal(), a: 1 }))).toBe(argumentsKey(1, { a: 1 }));
  });

  it('distinguishes an own __proto__ beside the signal', () => {
    const hostile = (content: number): object =>
      Object.defineProperty({ signal: signal() }, '__proto__', { value: content, enumerable: true });
    expect(keyOf(1, hostile(1))).not.toBe(keyOf(1));
    expect(keyOf(1, hostile(1))).not.toBe(keyOf(1, hostile(2)));
  });

  it('treats options that contained nothing else as absent, but not {}', () => {
    const keys = [
      keyOf(1, signal()),
      keyOf(1, { signal: signal() }),
      keyOf(1, { signal: undefined }),
      keyOf(1, undefined, signal()),
      keyOf(1, undefined, { signal: signal() }),
      keyOf(1, Object.defineProperty({ signal: signal() }, 'hidden', { value: 1 })),
    ];
    expect(keys).toEqual([1, 1, 1, 1, 1, 1]);
    expect(keyOf(signal())).toBeUndefined();
    expect(keyOf({ signal: signal() })).toBeUndefined();
    expect(keyOf(1, {})).not.toBe(1);
    expect(keyOf(1, {})).toBe(argumentsKey(1, {}));
    expect(keyOf({})).toBe(argumentsKey({}));
  });

  it('leaves out no other signal', () => {
    const refused: [args: unknown[], where: string][] = [
      [[1, [signal()]], '2 at .0 (an instance of AbortSignal)'],
      [[1, { nested: { signal: signal() } }], '2 at .nested.signal (an instance of AbortSignal)'],
      [[signal(), signal()], '1 (an instance of AbortSignal)'],
      [[{ signal: signal() }, 1, signal()], '1 at .signal (an instance of AbortSignal)'],
      [[1, Object.assign([2], { signal: signal() })], '2 at .signal (an instance of AbortSignal)'],
    ];
    for (const [args, where] of refused) {
      expect(() => keyOf(...args)).toThrowError(
        TypeError,
        `argumentsKey: cannot compare argument ${where}: pass a keyFn`,
      );
    }
    expect(keyOf(1, { signal: null })).toBe(argumentsKey(1, { signal: null }));
    expect(keyOf(1, { signal: 'red' })).not.toBe(keyOf(1, { signal: 'green' }));
    expect(keyOf(1, new Map([['signal', undefined]]))).not.toBe(1);
  });

  it("does not treat an inherited signal as the caller's", () => {
    class Options {
      get signal(): AbortSignal {
        throw new Error('read');
      }
    }
    expect(() => keyOf(1, new Options())).toThrowError(TypeError, /argument 2 \(an instance of Options\)/);
  });

  it('argumentsKey itself leaves out none', () => {
    expect(() => argumentsKey(1, signal())).toThrowError(TypeError, /argument 2 \(an instance of AbortSignal\)/);
    expect(() => argumentsKey(1, { signal: signal() })).toThrowError(TypeError, /argument 2 at \.signal /);
    expect(argumentsKey(1, { signal: undefined })).not.toBe(argumentsKey(1));
  });

  it("reads each getter of the options once, and `signal` before that, to find the caller's", () => {
    const reads: string[] = [];
    const one = signal();
    const options = {
      get a() {
        reads.push('a');
        return 1;
      },
      get signal() {
        reads.push('signal');
        return one;
      },
    };
    expect(keyOf(2, options)).toBe(argumentsKey(2, { a: 1 }));
    expect(reads.sort()).toEqual(['a', 'signal', 'signal']);
  });
});

describe('Law 10: a default key that cannot be made rejects', () => {
  it('that caller alone', async () => {
    const error = new Error('no a');
    const load = coalescedAsync(async (options: object) => Object.keys(options));
    const other = load({ a: 1 });
    const throwing = load({
      get a() {
        throw error;
      },
    });
    await expectAsync(throwing).toBeRejectedWith(error);
    await expectAsync(load(/a/)).toBeRejectedWithError(TypeError, /an instance of RegExp/);
    expect(await other).toEqual(['a']);
    expect(load.inFlight.size).toBe(0);
  });
});
