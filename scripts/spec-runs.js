/** Which specs run together in one process, and their outcomes. */
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { saveCounts } from './count-specs.js';

const program = fileURLToPath(new URL('run-specs.js', import.meta.url));

/** Named by the sources: what an earlier compilation left in build/ is not run. Those of spec/nest/ run by scripts/test-nest.js. */
export function specSources() {
  return readdirSync('spec', { recursive: true })
    .filter((name) => name.endsWith('.spec.ts') && !name.endsWith('.browser.spec.ts') && !/^nest\W/.test(name))
    .map((name) => `spec/${name.replaceAll('\\', '/')}`);
}

/**
 * Jobs that run the specs. Those that run in browsers too share one process. Each of Node's own, `*.node.spec.ts`, has one to itself:
 * it starts programs and browsers and waits for them, or looks at the memory of its process, which must have nothing else in it.
 */
export function specRuns(sources, { root, seed, filter }) {
  const own = sources.filter((source) => source.endsWith('.node.spec.ts'));
  const shared = sources.filter((source) => !own.includes(source));
  const options = [`--root=${root}`, `--seed=${seed}`, ...(filter === undefined ? [] : [`--filter=${filter}`])];
  // What takes long first, so that nothing has to be waited for at the end.
  const isLong = (source) => /^spec\/(across|examples)\//.test(source);
  return [
    ...(shared.length > 0 ? [[`${shared.length} files in one process`, ...shared]] : []),
    ...own.filter(isLong).map((source) => [source, source]),
    ...own.filter((source) => !isLong(source)).map((source) => [source, source]),
  ].map(([name, ...files]) => ({
    name,
    program,
    args: [...options, ...files],
    hasSucceeded: (outcome) => isRight(outcome, filter),
  }));
}

/** Whether all specs passed; with a filter there may be none in a process. */
function isRight({ code, message }, filter) {
  return code === 0 || (filter !== undefined && message?.passed === 0 && message.failed === 0 && code === 2);
}

export function newSeed() {
  return String(Math.floor(Math.random() * 100_000)).padStart(5, '0');
}

/** Prints and saves the counts of all {@link specRuns}, and makes the program fail unless all specs passed. */
export function reportRuns(outcomes, { root, seed }) {
  // A process that has ended without counts is a failure by itself.
  const counts = outcomes.map(({ message }) => message ?? { passed: 0, failed: 1, pending: 0 });
  const sum = (outcome) => counts.reduce((total, count) => total + count[outcome], 0);
  const [passed, failed, pending] = ['passed', 'failed', 'pending'].map(sum);
  const [major] = process.versions.node.split('.');
  saveCounts(`node-${major}-${basename(root)}`, { passed, failed, pending });
  console.log(
    `${passed + failed} specs, ${failed} failures${pending > 0 ? `, ${pending} skipped` : ''}, in ${outcomes.length} processes with seed ${seed} (npm run test:node -- --seed=${seed})`,
  );
  if (passed === 0 || outcomes.some(({ ok }) => !ok)) process.exitCode = 1;
}
