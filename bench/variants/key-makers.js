/** What makes a key of arguments. */
export const keyMakers = {
  'rxjs-coalesce': {
    lacks: '',
    load: async () => (await import('../../dist/index.mjs')).argumentsKey,
  },
  'JSON.stringify': {
    lacks: 'the order of properties counts; loses undefined, NaN, Map, Set; a Date is its string',
    load:
      () =>
      (...args) =>
        JSON.stringify(args),
  },
  'fast-json-stable-stringify': {
    lacks: 'as JSON, but in any order of properties',
    load: async () => {
      const { default: stringify } = await import('fast-json-stable-stringify');
      return (...args) => stringify(args);
    },
  },
  'TanStack hashKey': {
    lacks: 'as JSON, but in any order of properties',
    load: async () => {
      const { hashKey } = await import('@tanstack/query-core');
      return (...args) => hashKey(args);
    },
  },
};
