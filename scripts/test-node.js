/**
 * Runs the compiled specs in Node. `--filter=TEXT` runs those whose full name matches, `--seed=N` repeats an order,
 * `--root=FOLDER` takes another compilation than build/, and file names (spec/ending.spec.ts) run those files only.
 */
import { readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import Jasmine from 'jasmine';
import { countSpecs } from './count-specs.js';

const { values, positionals } = parseArgs({
  options: { filter: { type: 'string' }, seed: { type: 'string' }, root: { type: 'string', default: 'build' } },
  allowPositionals: true,
});

// Named by the sources: what an earlier compilation left in build/ is not run. Those of spec/nest/ run by scripts/test-nest.js.
const sources = positionals.length > 0 ? positionals : specSources();
const jasmine = new Jasmine();
jasmine.randomizeTests(true);
// A collection of all garbage takes its time, with a compiler and Angular in the heap and a slow machine under it.
jasmine.jasmine.DEFAULT_TIMEOUT_INTERVAL = 30_000;
if (values.seed) jasmine.seed(values.seed);
jasmine.configureDefaultReporter({ randomSeedReproductionCmd: (seed) => `npm run test:node -- --seed=${seed}` });
const [major] = process.versions.node.split('.');
jasmine.addReporter(countSpecs(`node-${major}-${basename(values.root)}`));
await jasmine.execute(
  sources.map((source) => resolve(values.root, source.replace(/\.ts$/, '.js'))),
  values.filter,
);

function specSources() {
  return readdirSync('spec', { recursive: true })
    .filter((name) => name.endsWith('.spec.ts') && !name.endsWith('.browser.spec.ts') && !/^nest\W/.test(name))
    .map((name) => `spec/${name}`);
}
