/** Runs programs beside each other, each in a process of its own. */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Specs create so much that dies young that by Node's usual 16 MB for it a tenth of their time would go into copying the rest. */
const env = { ...process.env, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --max-semi-space-size=64` };

/** More than there are cores, since much of what runs here waits for browsers and servers. */
const atOnce = availableParallelism() + 2;

/**
 * Runs jobs, `{ name, program, args, hasSucceeded? }`, and resolves with the outcome of each, in their order. A job that is alone
 * prints as it goes; of several each prints a line when it has ended, and all of its output if it has failed.
 */
export async function runJobs(jobs) {
  const waiting = [...jobs.entries()];
  const outcomes = [];
  async function work() {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, job] = next;
      const start = Date.now();
      const outcome = await run(job, jobs.length === 1);
      const ok = (job.hasSucceeded ?? succeeded)(outcome);
      outcomes[index] = { ...outcome, ok };
      if (jobs.length > 1) {
        const seconds = Math.round((Date.now() - start) / 1000);
        console.log(
          `${ok ? 'ok    ' : 'FAILED'} ${String(seconds).padStart(3)} s  ${job.name}${ok ? '' : ` (${outcome.code})\n${outcome.output}`}`,
        );
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return outcomes;
}

function succeeded({ code }) {
  return code === 0;
}

/** Resolves with the exit code or signal, what was printed, and the last message that the program sent. */
function run({ program, args }, printsAsItGoes) {
  return new Promise((resolve, reject) => {
    const stdio = printsAsItGoes ? 'inherit' : 'pipe';
    const child = fork(program, args, { env, stdio: ['ignore', stdio, stdio, 'ipc'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => (output += text));
    }
    let message;
    child.on('message', (sent) => (message = sent));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? signal, output, message }));
  });
}
