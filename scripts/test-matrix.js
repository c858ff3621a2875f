/**
 * Runs what is supported, each with the newest rxjs and with the oldest: Node, both protocols of decorators, compilers, browsers, servers
 * of Redis, bundlers, and the packed library in the projects of scripts/consumers/. `npm run test:matrix -- node-22 types` runs the rows of these names or kinds, `--without=firefox` leaves some out, and
 * `--quick` runs what takes minutes, besides `npm test`: another Node than this one runs no examples then. Prints a table, and exits 1
 * if a cell of it failed or is missing.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findChromium, findFirefox } from './browsers.js';
import { debianRedis } from './debian-redis.js';
import { bundle } from './matrix/bundle.js';
import { compileUses } from './matrix/compile-uses.js';
import { consume, consumers } from './matrix/consume.js';
import { resolveTypes } from './matrix/resolve-types.js';
import { run } from './matrix/run.js';
import { specSources } from './spec-runs.js';

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean' }, without: { type: 'string', multiple: true, default: [] } },
  allowPositionals: true,
});

const newest = { folder: 'rxjs', root: 'build' };
const oldest = { folder: 'rxjs-oldest', root: 'build/oldest' };
const ownNode = process.versions.node.split('.')[0];

/** `cell` resolves with false if it failed, and with the name of what is missing. `quick` are its columns in a quick run. */
const rows = [
  ...['20', '22', '24', '26'].map((major) => ({
    kind: 'node',
    name: `node-${major}`,
    quick: [major === ownNode ? oldest : newest],
    cell: (rxjs, log) => specsInNode(major, rxjs, log, ...(values.quick && major !== ownNode ? specsOfLibrary() : [])),
  })),
  ...Object.entries({ standard: 'decorators/decorators.spec.ts', legacy: 'decorators/decorators.node.spec.ts' }).map(
    ([protocol, spec]) => ({
      kind: 'decorators',
      name: `decorators-${protocol}`,
      quick: [],
      cell: (rxjs, log) => specsInNode(ownNode, rxjs, log, `spec/${spec}`),
    }),
  ),
  ...['typescript-5.4', 'typescript-5.9', 'typescript', 'typescript-7.0'].flatMap((compiler) => [
    ...['standard', 'legacy'].map((protocol) => ({
      kind: 'types',
      name: `typescript-${versionOf(compiler)}-${protocol}`,
      quick: [newest, oldest],
      cell: (rxjs, log) => compileUses(compiler, protocol, rxjs.folder, log),
    })),
    {
      kind: 'types',
      name: `typescript-${versionOf(compiler)}-commonjs`,
      quick: [newest],
      cell: (rxjs, log) => resolveTypes(compiler, rxjs.folder, log),
    },
  ]),
  ...Object.entries({ Chromium: findChromium, FirefoxHeadless: findFirefox }).map(([browser, find]) => ({
    kind: 'browsers',
    name: browser.replace('Headless', '').toLowerCase(),
    quick: [],
    cell: (rxjs, log) => specsInBrowser(browser, find, rxjs, log),
  })),
  ...['redis', 'valkey'].map((server) => ({
    kind: 'servers',
    name: `${server}-8`,
    quick: [],
    cell: (rxjs, log) => specsByServer(server, rxjs, log),
  })),
  ...consumers.map((consumer) => ({
    kind: 'consumers',
    name: consumer,
    quick: [newest],
    cell: (rxjs, log) => consume(consumer, versionOf(rxjs.folder), log),
  })),
  // In which `require` knows no ESM, the first and the last that the registry has for all platforms.
  ...['22.0', '22.10'].map((version) => ({
    kind: 'node',
    name: `node-${version}-formats`,
    quick: [newest],
    cell: (rxjs, log) => withNode(version, (node) => consume('formats', versionOf(rxjs.folder), log, node)),
  })),
  ...['webpack', 'esbuild', 'rollup'].map((bundler) => ({
    kind: 'bundles',
    name: bundler,
    quick: [newest],
    cell: (rxjs) => bundle(bundler, versionOf(rxjs.folder)),
  })),
];

const isNamed = (word) => (row) => row.kind === word || row.name.startsWith(word);
const nameless = [...positionals, ...values.without].filter((word) => !rows.some(isNamed(word)));
if (nameless.length > 0) throw new Error(`No row is named ${nameless}: ${rows.map(({ name }) => name).join(', ')}`);

const cells = rows
  .filter((row) => positionals.length === 0 || positionals.some((word) => isNamed(word)(row)))
  .filter((row) => !values.without.some((word) => isNamed(word)(row)))
  .flatMap((row) => (values.quick ? row.quick : [newest, oldest]).map((rxjs) => ({ ...row, rxjs })));

npm('run', '--silent', 'compile');
if (cells.some(({ rxjs }) => rxjs === oldest)) npm('run', '--silent', 'compile:oldest');
if (cells.some(({ kind }) => kind === 'node')) npm('ci', '--prefix', 'scripts/node', '--prefer-offline', '--no-fund');

const table = {};
for (const { name, rxjs, cell } of cells) {
  const column = columnOf(rxjs);
  const start = Date.now();
  const { outcome, why } = await outcomeOf(cell, rxjs, `build/matrix/${name}-${rxjs.folder}.log`);
  console.log(`${name}, ${column}: ${outcome}, ${Math.round((Date.now() - start) / 1000)} s${why}`);
  (table[name] ??= {})[column] = outcome;
  if (outcome !== 'ok') process.exitCode = 1;
}
console.table(table, [newest, oldest].map(columnOf));

async function outcomeOf(cell, rxjs, log) {
  mkdirSync('build/matrix', { recursive: true });
  rmSync(log, { force: true });
  try {
    const result = await cell(rxjs, log);
    if (typeof result === 'string') return { outcome: 'missing', why: `: ${result}` };
    if (result !== false) return { outcome: 'ok', why: '' };
  } catch (error) {
    appendFileSync(log, error.stack);
  }
  return {
    outcome: 'failed',
    why: `, see ${log}:\n${readFileSync(log, 'utf8')
      .replace(/^ok .*\n/gm, '')
      .slice(-6000)}`,
  };
}

function specsInNode(version, { root }, log, ...specs) {
  return withNode(version, (node) => {
    const options = ['--expose-gc', '--enable-source-maps'];
    return run({ log }, node, ...options, 'scripts/test-node.js', `--root=${root}`, ...specs);
  });
}

function withNode(version, cell) {
  const packaged = resolve(`scripts/node/node_modules/node-${version}-${process.platform}-${process.arch}`);
  const node =
    version === ownNode ? process.execPath : [`${packaged}/bin/node`, `${packaged}/bin/node.exe`].find(existsSync);
  return node === undefined
    ? `scripts/node/ has no Node ${version} for ${process.platform} ${process.arch}`
    : cell(node);
}

async function specsByServer(server, { root }, log) {
  let path;
  try {
    path = await debianRedis({ server, release: 'trixie' });
  } catch {
    return `no ${server} 8 can be had: Debian's packages are not in reach`;
  }
  const specs = specsOfLibrary().filter((name) => name.startsWith('spec/across/redis/'));
  const env = { ...process.env, REDIS_SERVER: path };
  return run({ log, env }, process.execPath, '--expose-gc', 'scripts/test-node.js', `--root=${root}`, ...specs);
}

function specsOfLibrary() {
  return specSources().filter((name) => !/^spec\/(bench|examples|snippets)\b/.test(name));
}

async function specsInBrowser(browser, find, rxjs, log) {
  try {
    if ((await find()) === undefined) return 'no such browser is installed';
  } catch ({ message }) {
    return message;
  }
  const options = [`--browsers=${browser}`, ...(rxjs === oldest ? ['--oldest'] : [])];
  return run({ log }, process.execPath, 'node_modules/karma/bin/karma', 'start', ...options);
}

function columnOf({ folder }) {
  return `rxjs ${versionOf(folder)}`;
}

function versionOf(folder) {
  return JSON.parse(readFileSync(`node_modules/${folder}/package.json`, 'utf8')).version;
}

function npm(...args) {
  execFileSync('npm', args, { stdio: 'inherit' });
}
