import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = 'build/spec-counts';

/** A jasmine reporter that writes what became of the specs to a file that .ci/run adds up. */
export function countSpecs(name) {
  const counts = { passed: 0, failed: 0 };
  return {
    specDone({ status }) {
      if (status in counts) counts[status]++;
    },
    jasmineDone() {
      saveCounts(name, counts);
    },
  };
}

export function saveCounts(name, { passed, failed }) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.json`, `${JSON.stringify({ passed, failed })}\n`);
}

/** What all runs saved. */
export function specCounts() {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')));
}
