/**
 * Runs the compiled specs in Node, in several processes. `--filter=TEXT` runs those whose full name matches, `--seed=N` repeats an
 * order, `--root=FOLDER` takes another compilation than build/, and file names (spec/ending.spec.ts) run those files only.
 */
import { parseArgs } from 'node:util';
import { runJobs } from './jobs.js';
import { newSeed, reportRuns, specRuns, specSources } from './spec-runs.js';

const { values, positionals } = parseArgs({
  options: { filter: { type: 'string' }, seed: { type: 'string' }, root: { type: 'string', default: 'build' } },
  allowPositionals: true,
});

const options = { seed: newSeed(), ...values };
const runs = specRuns(positionals.length > 0 ? positionals : specSources(), options);
reportRuns(await runJobs(runs), options);
