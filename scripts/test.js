/** Runs the compiled specs in Node, and the specs in browsers beside them. `--seed=N` repeats an order of both. */
import { parseArgs } from 'node:util';
import { runJobs } from './jobs.js';
import { newSeed, reportRuns, specRuns, specSources } from './spec-runs.js';

const { values } = parseArgs({ options: { seed: { type: 'string', default: newSeed() } } });
const options = { ...values, root: 'build' };

const browsers = {
  name: 'browsers',
  program: 'node_modules/karma/bin/karma',
  args: ['start', `--seed=${values.seed}`],
};
const [inBrowsers, ...inNode] = await runJobs([browsers, ...specRuns(specSources(), options)]);
reportRuns(inNode, options);
if (!inBrowsers.ok) process.exitCode = 1;
