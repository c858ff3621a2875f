/**
 * Shows that the model has teeth: breaks the library on purpose, one line at a time, and checks whether random schedules find it.
 * Each breakage is applied to a copy of the compilation; `npm run test:teeth -- --filter=TEXT` tries some of them only.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { breakages } from './breakages.js';

const { values } = parseArgs({
  options: { filter: { type: 'string', default: '' }, runs: { type: 'string', default: '40000' } },
});
const folder = 'build/mutants';
const chosen = breakages.filter(({ trap, why, file }) => `${trap ?? why} ${file}`.includes(values.filter));
const rows = [];
await passUnbroken();
for (const [index, mutant] of chosen.entries()) {
  const verdict = await verdictOn(mutant, join(folder, String(index)));
  rows.push({ ...mutant, verdict });
  console.log(
    `${verdict.padEnd(28)} ${mutant.file.padEnd(19)} ${mutant.trap ? 'trap: ' : ''}${mutant.trap ?? mutant.why}`,
  );
}
// Again, since something else may have broken meanwhile.
await passUnbroken();
rmSync(folder, { recursive: true, force: true });
const survivors = rows.filter(({ verdict }) => !verdict.startsWith('caught'));
console.log(`${rows.length - survivors.length} of ${rows.length} breakages caught`);
process.exitCode = survivors.length > 0 ? 1 : 0;

async function passUnbroken() {
  for (const file of ['flight/flight.ts', 'across/run.ts']) {
    if (chosen.some((mutant) => isAcross(mutant.file) === isAcross(file))) {
      const verdict = await verdictOn({ file, find: 'export class', replace: 'export class' }, join(folder, 'control'));
      if (verdict !== 'SURVIVED') throw new Error(`The library must pass unbroken: ${verdict}`);
    }
  }
}

/** Whether the model catches the breakage, and how soon. */
async function verdictOn({ file, find, replace }, root) {
  const source = readFileSync(join('src', file), 'utf8');
  if (source.split(find).length !== 2) return 'NOT APPLICABLE';
  mkdirSync(root, { recursive: true });
  cpSync('build/src', join(root, 'src'), { recursive: true });
  for (const specs of [isAcross(file) ? 'spec/across/simulation' : 'spec/model', 'spec/support']) {
    cpSync(join('build', specs), join(root, specs), { recursive: true });
  }
  const { outputText } = ts.transpileModule(
    source.replace(find, () => replace),
    {
      compilerOptions: { target: 'ES2022', module: 'ESNext' },
    },
  );
  writeFileSync(join(root, 'src', file.replace(/ts$/, 'js')), outputText);
  const across = isAcross(file) ? ['--across'] : [];
  const { code, output } = await run([
    'scripts/test-soak.js',
    ...across,
    `--root=${root}`,
    `--runs=${values.runs}`,
    '--seed=1',
  ]);
  const after = /After (\d+) schedules/.exec(output)?.[1];
  if (after) return `caught after ${after}`;
  if (code === null) return 'caught, it hangs';
  return code === 0 ? 'SURVIVED' : 'caught, it crashes';
}

function isAcross(file) {
  return file.startsWith('across/');
}

/** A breakage may make the library wait forever. */
function run(args) {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
    killSignal: 'SIGKILL',
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((settle) => child.on('close', (code) => settle({ code, output })));
}
