/**
 * Breaks the core of `src/` in every small way that stryker knows, and runs the specs that reach the place: nine of ten must fail, and each of
 * the rest must be explained in scripts/mutation/survivors.js. It takes about an hour on two cores;
 * `npm run test:mutation -- src/flight/flight.ts` breaks these files only.
 */
import { readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { survivors } from './mutation/survivors.js';

const { values, positionals } = parseArgs({
  options: { concurrency: { type: 'string', default: '2' } },
  allowPositionals: true,
});

rmSync('build/mutation', { recursive: true, force: true });
// The specs of src/nest/ run with other packages, by scripts/test-nest.js. src/across/ is broken by scripts/test-teeth.js.
const files = positionals.length > 0 ? positionals : ['src/**/*.ts', '!src/nest/**', '!src/across/**'];
const mutants = await new Stryker({
  mutate: files,
  testRunner: 'jasmine',
  jasmineConfigFile: 'scripts/mutation/jasmine.json',
  testRunnerNodeArgs: ['--expose-gc'],
  coverageAnalysis: 'perTest',
  dryRunTimeoutMinutes: 20,
  // A break need not pass the compiler. It must fail a spec.
  disableTypeChecks: false,
  buildCommand: 'node ../../../../node_modules/typescript/bin/tsc -p . --noCheck',
  // Folders that have nothing to do with `src/`, and the specs of what is in them.
  ignorePatterns: [
    ...['bench', 'build', 'dist', 'docs', 'examples'],
    ...['bench.node', 'formats.node', 'keys/keys-compared.node', 'laws.node', 'rooms.node'].map(
      (name) => `spec/${name}.spec.ts`,
    ),
    'spec/examples',
  ],
  tempDirName: 'build/mutation/copy',
  reporters: ['clear-text', 'html', 'progress'],
  clearTextReporter: { allowColor: false, reportMutants: false, reportTests: false },
  htmlReporter: { fileName: 'build/mutation/report.html' },
  thresholds: { high: 100, low: 90, break: 90 },
  logLevel: 'warn',
  warnings: { slow: false },
  concurrency: Number(values.concurrency),
}).runMutationTest();

const alive = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage').map(describe);
const unexplained = alive.filter((mutant) => !survivors.some((survivor) => isSame(survivor, mutant)));
const broken = new Set(mutants.map(({ fileName }) => relative('.', fileName)));
const stale = survivors.filter(
  (survivor) => broken.has(survivor.file) && !alive.some((mutant) => isSame(survivor, mutant)),
);
for (const mutant of unexplained) console.log('Survived, unexplained:', mutant);
for (const survivor of stale) console.log('Explained, but no survivor:', survivor);
console.log(`Survivors: ${alive.length - unexplained.length} explained, ${unexplained.length} not.`);
if (unexplained.length > 0 || stale.length > 0) process.exitCode = 1;

/** The line that was broken, and what it became: line numbers would change with every edit. */
function describe({ fileName, location: { start, end }, replacement }) {
  const file = relative('.', fileName);
  const lines = readFileSync(file, 'utf8').split('\n');
  const line = lines[start.line - 1];
  const becomes = line.slice(0, start.column - 1) + replacement + lines[end.line - 1].slice(end.column - 1);
  return { file, line: line.trim(), becomes: becomes.trim() };
}

function isSame(survivor, mutant) {
  return ['file', 'line', 'becomes'].every((property) => survivor[property] === mutant[property]);
}
