/** Runs the spec files it is given in this process, in an order that `--seed` decides, and sends the counts to its parent. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import Jasmine from 'jasmine';
import { countSpecs } from './count-specs.js';

const { values, positionals } = parseArgs({
  options: { filter: { type: 'string' }, seed: { type: 'string' }, root: { type: 'string' } },
  allowPositionals: true,
});

const jasmine = new Jasmine();
jasmine.randomizeTests(true);
jasmine.seed(values.seed);
// A collection of all garbage takes its time, with a compiler and Angular in the heap and a slow machine under it.
jasmine.jasmine.DEFAULT_TIMEOUT_INTERVAL = 30_000;
jasmine.configureDefaultReporter({
  randomSeedReproductionCmd: (seed) => `npm run test:node -- --seed=${seed} ${positionals.join(' ')}`,
});
jasmine.addReporter(countSpecs((counts) => new Promise((sent) => process.send(counts, sent))));
await jasmine.execute(
  positionals.map((source) => resolve(values.root, source.replace(/\.ts$/, '.js'))),
  values.filter,
);
