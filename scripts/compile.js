/** Compiles and type-checks all there is: the package, the sources with specs and examples, the type tests under older decorators. */
import { runJobs } from './jobs.js';

const tsc = 'node_modules/typescript-7.0/bin/tsc';
const outcomes = await runJobs([
  { name: 'build', program: 'scripts/build.js', args: [] },
  { name: 'tsc -p .', program: tsc, args: ['-p', '.'] },
  { name: 'tsc -p spec/types/legacy', program: tsc, args: ['-p', 'spec/types/legacy'] },
]);
if (outcomes.some(({ ok }) => !ok)) process.exitCode = 1;
