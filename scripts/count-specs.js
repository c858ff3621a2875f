import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = 'build/spec-counts';

/** A jasmine reporter that passes on how many specs passed, failed, and were skipped because something that they need is missing. */
export function countSpecs(report) {
  const counts = { passed: 0, failed: 0, pending: 0 };
  return {
    specDone({ status }) {
      if (status in counts) counts[status]++;
    },
    jasmineDone: () => report(counts),
  };
}

/** Writes the counts of a run to a file that .ci/run adds up. */
export function saveCounts(name, { passed, failed, pending = 0 }) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.json`, `${JSON.stringify({ passed, failed, pending })}\n`);
}

/** What all runs saved. */
export function specCounts() {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')));
}
