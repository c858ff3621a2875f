import { EMPTY, NEVER, of } from 'rxjs';
import { coalesceBy, coalesced, coalescedAsync, fromAbortable, inFlightCalls, promiseFrom } from '../../src/index.js';

/** A wrong value, and how the message quotes it. */
type Wrong = readonly [value: unknown, quoted: string];

const text: Wrong = ['k', '"k"'];
const nothing: Wrong = [null, 'null'];
const missing: Wrong = [undefined, 'undefined'];
const object: Wrong = [{}, '[object Object]'];
const zero: Wrong = [0, '0'];
const notANumber: Wrong = [NaN, 'NaN'];
const functionValue: Wrong = [() => {}, '[object Function]'];

const noFunction = [text, nothing, object, zero, [true, 'true'], [Symbol('s'), 'Symbol(s)']] as const;
const noBufferSize = [[-1, '-1'], [1.5, '1.5'], notANumber, [-Infinity, '-Infinity']] as const;

/** For each function that takes a configuration: how to call it, and which options it has besides the common ones. */
const configured: Record<string, (config: never) => unknown> = {
  coalesced: (config) => coalesced(() => EMPTY, config),
  coalescedAsync: (config) => coalescedAsync(() => EMPTY, config),
  coalesceBy: (config) => coalesceBy(String, () => EMPTY, config),
  join: (config) => inFlightCalls().join('k', () => EMPTY, config),
};

function expectRefusal(act: () => unknown, message: string): void {
  expect(act).withContext(message).toThrowError(TypeError, message);
}

describe('Law 27: a wrong configuration is a TypeError when it is passed, which quotes name, value and expectation:', () => {
  for (const [face, make] of Object.entries(configured)) {
    function itRefuses(name: string, expected: string, wrong: readonly Wrong[]): void {
      it(`${face}, ${name}`, () => {
        for (const [value, quoted] of wrong) {
          expectRefusal(
            () => make({ [name]: value } as never),
            `${face}: expected "${name}" to be ${expected}, got ${quoted}`,
          );
        }
      });
    }

    it(`${face}, config`, () => {
      for (const [value, quoted] of [text, nothing, zero, functionValue]) {
        expectRefusal(() => make(value as never), `${face}: expected "config" to be an object, got ${quoted}`);
      }
    });

    itRefuses('bufferSize', 'a whole number or Infinity', [...noBufferSize, text, nothing, [1n, '1n']]);
    itRefuses('resetOnRefCountZero', 'a boolean or a function', [text, nothing, zero, object]);

    it(`${face} accepts right values, and undefined for the default`, () => {
      for (const config of [
        undefined,
        {},
        { bufferSize: 0 },
        { bufferSize: 1, resetOnRefCountZero: false },
        { bufferSize: Infinity, resetOnRefCountZero: () => NEVER },
        { bufferSize: undefined, resetOnRefCountZero: undefined, keyFn: undefined, inFlight: undefined },
        { duplicates: undefined, concurrent: undefined },
      ]) {
        expect(() => make(config as never)).not.toThrow();
      }
    });
  }

  for (const face of ['coalesced', 'coalescedAsync', 'coalesceBy']) {
    it(`${face}, inFlight`, () => {
      const pretended = { ...inFlightCalls(), join: () => EMPTY };
      for (const [value, quoted] of [nothing, object, text, [pretended, '[object Object]']] as const) {
        expectRefusal(
          () => configured[face]!({ inFlight: value } as never),
          `${face}: expected "inFlight" to be made by inFlightCalls(), got ${quoted}`,
        );
      }
      expect(() => configured[face]!({ inFlight: inFlightCalls() } as never)).not.toThrow();
    });
  }

  for (const [face, coalesce] of Object.entries({ coalesced, coalescedAsync })) {
    it(`${face}, fn`, () => {
      for (const [value, quoted] of [...noFunction, missing]) {
        expectRefusal(() => coalesce(value as never), `${face}: expected "fn" to be a function, got ${quoted}`);
      }
    });

    it(`${face}, keyFn`, () => {
      for (const [value, quoted] of noFunction) {
        expectRefusal(
          () => coalesce(() => EMPTY, { keyFn: value as never }),
          `${face}: expected "keyFn" to be a function, got ${quoted}`,
        );
      }
    });
  }

  it('coalesceBy, keyFn and project', () => {
    for (const [value, quoted] of [...noFunction, missing]) {
      expectRefusal(
        () => coalesceBy(value as never, () => EMPTY),
        `coalesceBy: expected "keyFn" to be a function, got ${quoted}`,
      );
      expectRefusal(
        () => coalesceBy(String, value as never),
        `coalesceBy: expected "project" to be a function, got ${quoted}`,
      );
    }
  });

  it('coalesceBy, duplicates', () => {
    for (const [value, quoted] of [
      ['drop', '"drop"'],
      ['Join', '"Join"'],
      ['', '""'],
      [true, 'true'],
      nothing,
      object,
    ] as const) {
      expectRefusal(
        () => coalesceBy(String, () => EMPTY, { duplicates: value as never }),
        `coalesceBy: expected "duplicates" to be 'join' or 'ignore', got ${quoted}`,
      );
    }
    for (const duplicates of ['join', 'ignore'] as const) {
      expect(() => coalesceBy(String, () => EMPTY, { duplicates })).not.toThrow();
    }
  });

  it('coalesceBy, concurrent', () => {
    for (const [value, quoted] of [zero, ...noBufferSize, ['2', '"2"'], nothing, [2n, '2n']] as const) {
      expectRefusal(
        () => coalesceBy(String, () => EMPTY, { concurrent: value as never }),
        `coalesceBy: expected "concurrent" to be an integer of at least 1 or Infinity, got ${quoted}`,
      );
    }
    for (const concurrent of [1, 2, Number.MAX_SAFE_INTEGER, Infinity]) {
      expect(() => coalesceBy(String, () => EMPTY, { concurrent })).not.toThrow();
    }
  });

  it('coalesceBy, resultSelector', () => {
    for (const [value, quoted] of noFunction) {
      expectRefusal(
        () => coalesceBy(String, () => EMPTY, { resultSelector: value as never }),
        `coalesceBy: expected "resultSelector" to be a function, got ${quoted}`,
      );
    }
    expect(() => coalesceBy(String, () => EMPTY, { resultSelector: undefined as never })).not.toThrow();
  });

  it('join, start', () => {
    for (const [value, quoted] of [...noFunction, missing, [of(1), '[object Object]']] as const) {
      expectRefusal(
        () => inFlightCalls().join('k', value as never),
        `join: expected "start" to be a function, got ${quoted}`,
      );
    }
  });

  it('fromAbortable, start', () => {
    for (const [value, quoted] of [...noFunction, missing, [Promise.resolve(), '[object Promise]']] as const) {
      expectRefusal(
        () => fromAbortable(value as never),
        `fromAbortable: expected "start" to be a function, got ${quoted}`,
      );
    }
  });

  it('promiseFrom, options', () => {
    for (const [value, quoted] of [text, nothing, zero, functionValue]) {
      expectRefusal(
        () => promiseFrom(EMPTY, value as never),
        `promiseFrom: expected "options" to be an object, got ${quoted}`,
      );
    }
  });

  it('promiseFrom, signal', () => {
    const controller: Wrong = [new AbortController(), '[object AbortController]'];
    for (const [value, quoted] of [text, nothing, object, controller]) {
      expectRefusal(
        () => promiseFrom(EMPTY, { signal: value as never }),
        `promiseFrom: expected "signal" to be an AbortSignal, got ${quoted}`,
      );
    }
  });

  it('a value that can hardly be quoted', () => {
    const hostile = [
      Object.create(null),
      new Proxy({}, {}),
      { toString: () => null, [Symbol.toPrimitive]: () => ({}) },
      -0,
    ];
    for (const value of hostile) {
      expect(() => coalesced(value)).toThrowError(TypeError, /^coalesced: expected "fn" to be a function, got /);
    }
  });

  it('when it is passed, before anything is subscribed or called', () => {
    let calls = 0;
    const call = (): never => {
      calls++;
      throw new Error('called');
    };
    for (const act of [
      () => coalesced(call, { bufferSize: -1 }),
      () => coalescedAsync(call, { keyFn: 'k' as never }),
      () => coalesceBy(call, call, { concurrent: 0 }),
      () => inFlightCalls().join('k', call, { bufferSize: -1 }),
      () => promiseFrom({ subscribe: call, [Symbol.asyncIterator]: call } as never, { signal: {} as never }),
    ]) {
      expect(act).toThrowError(TypeError);
    }
    expect(calls).toBe(0);
  });
});
