/**
 * Plays a million random schedules to the library and to its model, or with `--across` to participants on a simulated network, and then
 * every order of three calls and a fault there. `--runs=N` plays as many, `--seed=N` begins elsewhere, `--path=...` with a seed repeats what failed, and
 * `--root=FOLDER` takes another compilation than build/.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    across: { type: 'boolean', default: false },
    runs: { type: 'string', default: '1000000' },
    seed: { type: 'string' },
    path: { type: 'string' },
    root: { type: 'string', default: 'build' },
  },
});
const folder = values.across ? 'spec/across/simulation' : 'spec/model';
const { search } = await imported('search.js');

const { path } = values;
const runs = path === undefined ? Number(values.runs) : 1;
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const batch = 5000;
const start = Date.now();
let failure;
for (let done = 0; done < runs && failure === undefined;) {
  const size = Math.min(batch, runs - done);
  failure = await search({ runs: size, seed: seed + done / batch, path });
  done += size;
  if (done % (10 * batch) === 0 || done === runs) {
    const seconds = Math.round((Date.now() - start) / 1000);
    console.log(`${done} schedules from seed ${seed}, ${seconds} s`);
  }
}
if (values.across && path === undefined && failure === undefined && runs >= 1_000_000) {
  const { cases, playAll } = await imported('interleavings.js');
  for (const each of cases) {
    // A pause has too many: others go on meanwhile.
    const most = each.actions.some((action) => action.do === 'pause') ? 50_000 : Infinity;
    const { orders, failure: broken } = await playAll(each, most);
    failure ??= broken;
    console.log(`${orders} orders of ${each.actions.map((action) => action.do).join(', ')}`);
  }
}
if (failure === undefined) {
  console.log('The library did what the model says.');
} else {
  console.error(failure);
  process.exitCode = 1;
}

function imported(name) {
  return import(pathToFileURL(resolve(values.root, folder, name)).href);
}
