/**
 * How callers of `fn` can share its runs, for callers who speak promises.
 *
 * Caches are kept from answering a later call with an earlier answer, by their own options if they have any, else by removing
 * the answer as soon as there is one. No caller of theirs can leave, unless noted otherwise.
 */
export const promises = {
  'rxjs-coalesce': {
    lacks: '',
    load: async () => (await import('../../dist/index.mjs')).coalescedAsync,
  },
  'Map floor': {
    lacks: 'the least there can be: a throw of fn escapes, and no caller can leave',
    load: () => (fn) => {
      const calls = new Map();
      return (key) => {
        let promise = calls.get(key);
        if (promise === undefined) {
          promise = fn(key);
          calls.set(key, promise);
          const free = () => calls.delete(key);
          promise.then(free, free);
        }
        return promise;
      };
    },
  },
  'p-memoize': {
    lacks: 'frees the key before it notifies',
    load: async () => {
      const { default: pMemoize } = await import('p-memoize');
      return (fn) => pMemoize(fn, { cache: false });
    },
  },
  'promise-coalesce': {
    lacks: 'one registry for the whole program; frees the key before it notifies',
    load: async () => {
      const { coalesceAsync } = await import('promise-coalesce');
      return (fn) => (key) => coalesceAsync(key, () => fn(key));
    },
  },
  '@cacheable/utils': {
    lacks: 'one registry for the whole program; frees the key before it notifies',
    load: async () => {
      const { coalesceAsync } = await import('@cacheable/utils');
      return (fn) => (key) => coalesceAsync(key, () => fn(key));
    },
  },
  'async-cache-dedupe': {
    lacks: 'frees the key before it notifies; keys are strings',
    load: async () => {
      const { createCache } = await import('async-cache-dedupe');
      return (fn) => {
        const cache = createCache({ ttl: 0 }).define('call', fn);
        return (key) => cache.call(key);
      };
    },
  },
  dataloader: {
    lacks: 'a batch with a cache: runs a microtask later, and the answer has to be removed by hand',
    load: async () => {
      const { default: DataLoader } = await import('dataloader');
      return (fn) => {
        const loader = new DataLoader(
          async ([key]) => {
            try {
              return [await fn(key)];
            } finally {
              loader.clear(key);
            }
          },
          { batch: false, batchScheduleFn: (dispatch) => void Promise.resolve().then(dispatch) },
        );
        return (key) => loader.load(key);
      };
    },
  },
  'lru-cache': {
    lacks: 'a cache: the answer has to be pushed out or removed; the signal is the first caller’s, for all',
    load: async () => {
      const { LRUCache } = await import('lru-cache');
      return (fn) => {
        // Smaller than the number of keys in turn, so that no answer is still there when its key comes again.
        const cache = new LRUCache({ max: 512, fetchMethod: (key) => fn(key) });
        return (key) => cache.fetch(key);
      };
    },
  },
  'TanStack Query': {
    lacks: 'a cache: a timer for each answer to be dropped; promise callers are not counted, so that none can leave',
    load: async () => {
      const { QueryClient } = await import('@tanstack/query-core');
      return (fn) => {
        const client = new QueryClient();
        const queryKeyHashFn = ([key]) => key;
        return (key) =>
          client.fetchQuery({ queryKey: [key], queryKeyHashFn, queryFn: () => fn(key), gcTime: 0, staleTime: 0 });
      };
    },
  },
  memoizee: {
    lacks: 'a cache: the answer has to be removed by hand, before it notifies',
    load: async () => {
      const { default: memoizee } = await import('memoizee');
      return (fn) => {
        const call = memoizee((key) => settleThen(fn(key), () => call.delete(key)), { promise: true, primitive: true });
        return call;
      };
    },
  },
  moize: {
    lacks: 'a cache: the answer has to be removed by hand; keys are searched one by one',
    load: async () => {
      const { default: moize } = await import('moize');
      return (fn) => {
        const call = moize((key) => settleThen(fn(key), () => call.remove([key])), {
          isPromise: true,
          maxSize: Infinity,
        });
        return call;
      };
    },
  },
};

async function settleThen(promise, free) {
  try {
    return await promise;
  } finally {
    free();
  }
}
