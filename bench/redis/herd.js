import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median, shuffled } from '../statistics.js';
import { countCommands } from './server-commands.js';

const processes = 4;
const keys = 50;
const runTime = 100;
const rounds = 3;
const variants = ['rxjs-coalesce', 'redis-semaphore', 'redlock', 'nothing'];

/** A stampede: processes that all ask for the same keys at once, none of which is kept; what waiters wait beyond the run, and what it costs. */
export async function measureHerd(server) {
  const results = new Map(variants.map((variant) => [variant, []]));
  for (let round = 0; round < rounds; round++) {
    for (const variant of shuffled(variants)) {
      const workers = Array.from({ length: processes }, () =>
        fork(fileURLToPath(new URL('herd-process.js', import.meta.url)), [variant, server.url, keys, runTime]),
      );
      await Promise.all(workers.map((worker) => once(worker, 'message')));
      let reports;
      const {
        set,
        eval: evals,
        publish,
        others,
        counts,
      } = await countCommands(server, async () => {
        const answered = workers.map((worker) => once(worker, 'message'));
        for (const worker of workers) worker.send('go');
        reports = (await Promise.all(answered)).map(([report]) => report);
      });
      for (const worker of workers) worker.disconnect();
      await Promise.all(workers.map((worker) => once(worker, 'exit')));
      const beyond = reports.flatMap((report) => report.times.map((time) => time - runTime)).sort((a, b) => a - b);
      results.get(variant).push({
        runs: reports.reduce((sum, report) => sum + report.runs, 0),
        commands:
          variant === 'rxjs-coalesce' ? set + evals + publish : Object.values(counts).reduce((a, b) => a + b) - 1,
        others,
        p50: beyond[Math.floor(beyond.length / 2)],
        p99: beyond[Math.floor(beyond.length * 0.99)],
      });
    }
  }
  const middle = (variant, name) => Math.round(median(results.get(variant).map((result) => result[name])));
  console.log(
    `\nherd: ${processes} processes ask for the same ${keys} keys at once; a run takes ${runTime} ms. Waiting is what an answer took beyond that`,
  );
  console.table(
    variants.map((variant) => ({
      variant,
      runs: middle(variant, 'runs'),
      'commands an answer': Math.round((middle(variant, 'commands') / (processes * keys)) * 10) / 10,
      'median wait, ms': middle(variant, 'p50'),
      'p99 wait, ms': middle(variant, 'p99'),
    })),
  );
}
