/**
 * Who shares the calls of a function, by what it makes of their arguments: as it comes, and as its documentation advises.
 *
 * `load` gives what makes of a function without arguments one that is called with any. `example` names two lists of arguments that are
 * merged, or one that is missed when it is made again.
 */
export const byArguments = {
  'rxjs-coalesce': {
    setting: '`argumentsKey`',
    load: async () => byKey((await import('../../dist/index.mjs')).argumentsKey),
  },
  'TanStack Query': {
    setting: '`hashKey`',
    example: ['Map { 1 => 2 }', 'Map { 2 => 1 }'],
    load: async () => {
      const { hashKey } = await import('@tanstack/query-core');
      return byKey((...args) => hashKey(args));
    },
  },
  'p-memoize': {
    setting: 'the default: the first argument',
    example: ['(1)', '(1, 2)'],
    load: () => byPMemoize({}),
  },
  'p-memoize, serialized': {
    setting: '`cacheKey: JSON.stringify`',
    example: ['{ a: null }', '{ a: NaN }'],
    load: () => byPMemoize({ cacheKey: JSON.stringify }),
  },
  'async-cache-dedupe': {
    setting: 'the default: the first argument, by `safe-stable-stringify`',
    example: ['1', '1n'],
    load: async () => {
      const { createCache } = await import('async-cache-dedupe');
      return (run) => {
        const cache = createCache({ ttl: 0 }).define('call', async () => run());
        return (...args) => cache.call(...args);
      };
    },
  },
  memoizee: {
    setting: '`length: false`: every argument, by identity',
    example: ['{ a: 1 }'],
    load: () => byMemoizee({}),
  },
  'memoizee, primitive': {
    setting: '`primitive: true`',
    example: ['{}', '{ a: 1 }'],
    load: () => byMemoizee({ primitive: true }),
  },
  'memoizee, normalized': {
    setting: '`normalizer: JSON.stringify`',
    example: ['{}', 'Set { 1 }'],
    load: () => byMemoizee({ normalizer: (args) => JSON.stringify([...args]) }),
  },
  dataloader: {
    setting: 'the default: the first argument, by identity',
    example: ['[1, 2]'],
    load: async () => {
      const { default: DataLoader } = await import('dataloader');
      return (run) => {
        const loader = new DataLoader(async (keys) => keys.map(run));
        return (key) => loader.load(key);
      };
    },
  },
  'moize, deep': {
    setting: '`isDeepEqual: true`',
    example: ['a URL', 'another URL'],
    load: async () => {
      const { default: moize } = await import('moize');
      return (run) => moize(async () => run(), { isPromise: true, isDeepEqual: true, maxSize: Infinity });
    },
  },
  'fast-json-stable-stringify': {
    setting: 'by itself',
    example: ['{}', '{ a: undefined }'],
    load: async () => {
      const { default: stringify } = await import('fast-json-stable-stringify');
      return byKey((...args) => stringify(args));
    },
  },
};

/** Keys as a `Map` compares them. */
function byKey(keyOf) {
  return (run) => {
    const runs = new Map();
    return async (...args) => {
      const key = keyOf(...args);
      if (!runs.has(key)) runs.set(key, run());
      return runs.get(key);
    };
  };
}

async function byPMemoize(options) {
  const { default: pMemoize } = await import('p-memoize');
  return (run) => pMemoize(async () => run(), { cache: false, ...options });
}

async function byMemoizee(options) {
  const { default: memoizee } = await import('memoizee');
  return (run) => memoizee(async () => run(), { promise: true, length: false, ...options });
}
