/** The size of what users import, minified and compressed, without its peers. Exits 1 beyond a limit. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import webpack from 'webpack';
import { entries, peers } from './entries.js';

const names = (entry, ...wanted) =>
  `import { ${wanted.join(', ')} } from '${entry}'; console.log(${wanted.join(', ')});`;
const both = (...entries) =>
  entries.map((entry, i) => `import * as all${i} from '${entry}'; console.log(all${i});`).join('\n');
const all = (entry) => `import * as all from '${entry}'; console.log(all);`;

/** In bytes. Until no figure is beyond the `most` that it should be, the limits are what there is, and 1 %: none may grow. */
const imports = [
  { what: 'coalesced alone', source: names('rxjs-coalesce', 'coalesced'), aim: 3600, most: 4300, limit: 4560 },
  { what: 'coalesceBy alone', source: names('rxjs-coalesce', 'coalesceBy'), limit: 4190 },
  { what: 'coalescedAsync alone', source: names('rxjs-coalesce', 'coalescedAsync'), limit: 5775 },
  { what: 'everything', source: all('rxjs-coalesce'), aim: 6300, most: 7400, limit: 7770 },
  { what: 'a bare import', source: `import 'rxjs-coalesce';`, aim: 0, most: 0, limit: 0 },
  { what: 'the Angular entry', source: all('rxjs-coalesce/angular'), limit: 5860 },
  { what: 'the NestJS entry', source: all('rxjs-coalesce/nest'), limit: 6965 },
  {
    what: 'showTimeline alone',
    source: names('rxjs-coalesce/timeline', 'showTimeline'),
    aim: 5000,
    most: 7000,
    limit: 6990,
  },
  { what: 'describeFlights alone', source: names('rxjs-coalesce/timeline', 'describeFlights'), limit: 2650 },
  { what: 'everything and tabs', source: both('rxjs-coalesce', 'rxjs-coalesce/web'), limit: 14500 },
  { what: 'everything and Redis', source: both('rxjs-coalesce', 'rxjs-coalesce/redis'), limit: 15510 },
];

const folder = mkdtempSync(join(tmpdir(), 'rxjs-coalesce-size-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const rows = [];
const frame = await sizeOf('frame', `console.log(0);`);
for (const [i, { what, source, aim = '', most = '', limit }] of imports.entries()) {
  const size = await sizeOf(`import-${i}`, source);
  // What webpack and the program that imports take themselves.
  const bytes = size === 0 ? 0 : size - frame;
  const verdict = bytes > limit ? 'TOO LARGE' : most !== '' && bytes > most ? 'more than it should be' : '';
  rows.push({ 'min + gzip': what, bytes, aim, most, limit, '': verdict });
  if (bytes > limit) process.exitCode = 1;
}
console.table(rows);

async function sizeOf(name, source) {
  const entry = join(folder, `${name}.js`);
  writeFileSync(entry, source);
  const stats = await promisify(webpack)({
    mode: 'production',
    entry,
    output: { path: folder, filename: `${name}.min.mjs`, module: true },
    // By default it takes the paths of a tsconfig.json too, from Node 22 on.
    experiments: { outputModule: true, typescript: false },
    externalsType: 'module',
    externals: new RegExp(`^(${peers.join('|')})(/|$)|^node:`),
    resolve: {
      alias: Object.fromEntries(entries.map(({ name, esm }) => [`${name}$`, resolve(esm)])),
    },
  });
  if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
  const bundle = readFileSync(join(folder, `${name}.min.mjs`));
  return bundle.length === 0 ? 0 : gzipSync(bundle, { level: 9 }).length;
}
