import { keyMakers } from '../variants/key-makers.js';

const operations = 2000;

const kinds = {
  'a number': (i) => [i],
  'a string': (i) => [`user ${i}`],
  'two primitives': (i) => [i, `user ${i}`],
  'a flat object': (i) => [{ id: i, name: `user ${i}`, page: 1, descending: true }],
  'a nested object': (i) => [{ id: i, filter: { tags: ['a', 'b', `tag ${i}`], range: { from: i, to: i + 10 } } }],
  'an array of 20 numbers': (i) => [Array.from({ length: 20 }, (_, j) => i + j)],
  'a Date and a Map': (i) => [new Date(i * 1e9), new Map([[`user ${i}`, i]])],
};

/** Arguments of one kind, never the same object twice in a row, and which of them are equal. */
export const keys = {
  name: 'keys',
  title: 'A key of arguments',
  per: 'key',
  baseline: 'JSON.stringify',
  sizes: Object.keys(kinds),
  sizeIs: 'arguments',
  variants: keyMakers,
  prepare(keyOf, kind) {
    const lists = Array.from({ length: 500 }, (_, i) => kinds[kind](i));
    return {
      operations,
      answers: operations,
      run() {
        let answers = 0;
        for (let i = 0; i < operations; i++) {
          answers += keyOf(...lists[i % 500]) === undefined ? 0 : 1;
        }
        return answers;
      },
    };
  },
};

/** What the default key costs on the way to a registry. */
export const primitiveKey = {
  name: 'primitive-key',
  title: 'Looking up a key: Map.get of one primitive argument, as it is and as its default key',
  per: 'look-up',
  baseline: 'as it is',
  sizes: ['a number', 'a string'],
  sizeIs: 'arguments',
  variants: {
    'rxjs-coalesce': { lacks: '', load: keyMakers['rxjs-coalesce'].load },
    'as it is': { lacks: 'only primitives', load: () => (argument) => argument },
  },
  prepare(keyOf, kind) {
    const lists = Array.from({ length: 500 }, (_, i) => kinds[kind](i)[0]);
    const map = new Map(lists.map((argument) => [argument, argument]));
    const lookUps = 20_000;
    return {
      operations: lookUps,
      answers: lookUps,
      run() {
        let answers = 0;
        for (let i = 0; i < lookUps; i++) {
          answers += map.get(keyOf(lists[i % 500])) === undefined ? 0 : 1;
        }
        return answers;
      },
    };
  },
};
