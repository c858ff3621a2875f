/** The size of what users import, minified and compressed, without its peers. Exits 1 beyond a limit. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import webpack from 'webpack';
import { entries, peers } from './entries.js';

/** A program that uses what it imports. By names, since webpack would add 200 bytes for a namespace object. */
const program = (...imports) =>
  imports.map(([entry, names]) => `import { ${names} } from '${entry}';\nconsole.log(${names});`).join('\n');
const some = (entry, ...names) => program([entry, names]);
const all = (...wanted) => program(...wanted.map((entry) => [entry, namesIn(entry)]));

/** In bytes. Where there is no aim, the limit is what it takes today, and 1 %. */
const imports = [
  { what: 'coalesced alone', source: some('rxjs-coalesce', 'coalesced'), aim: 3600, limit: 4300 },
  { what: 'coalesceBy alone', source: some('rxjs-coalesce', 'coalesceBy'), limit: 3965 },
  { what: 'coalescedAsync alone', source: some('rxjs-coalesce', 'coalescedAsync'), limit: 5560 },
  { what: 'everything', source: all('rxjs-coalesce'), aim: 6300, limit: 7400 },
  { what: 'a bare import', source: `import 'rxjs-coalesce';`, aim: 0, limit: 0 },
  { what: 'the Angular entry', source: all('rxjs-coalesce/angular'), limit: 5560 },
  { what: 'the NestJS entry', source: all('rxjs-coalesce/nest'), limit: 6675 },
  {
    what: 'showTimeline alone',
    source: some('rxjs-coalesce/timeline', 'showTimeline'),
    aim: 5000,
    limit: 7000,
  },
  { what: 'describeFlights alone', source: some('rxjs-coalesce/timeline', 'describeFlights'), limit: 2600 },
  { what: 'everything and tabs', source: all('rxjs-coalesce', 'rxjs-coalesce/web'), limit: 14045 },
  { what: 'everything and Redis', source: all('rxjs-coalesce', 'rxjs-coalesce/redis'), limit: 15060 },
];

const folder = mkdtempSync(join(tmpdir(), 'rxjs-coalesce-size-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const rows = [];
const frame = await sizeOf('frame', `console.log(0);`);
for (const [i, { what, source, aim = '', limit }] of imports.entries()) {
  const size = await sizeOf(`import-${i}`, source);
  // What webpack and the program that imports take themselves.
  const bytes = size === 0 ? 0 : size - frame;
  rows.push({ 'min + gzip': what, bytes, aim, limit, '': bytes > limit ? 'TOO LARGE' : '' });
  if (bytes > limit) process.exitCode = 1;
}
console.table(rows);

/** What an entry point exports. */
function namesIn(name) {
  const { esm } = entries.find((entry) => entry.name === name);
  return [...readFileSync(esm, 'utf8').matchAll(/^export \{ (.+) \} from /gm)].flatMap(([, names]) =>
    names.split(', '),
  );
}

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
