/** Asks a question: a process for each variant, size and round, in shuffled order. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median, shuffled } from './statistics.js';

const program = fileURLToPath(new URL('sample.js', import.meta.url));
/** Neither the compiler nor the collector on another thread, where their time would come and go with the machine's load. */
const options = ['--single-threaded', '--expose-gc', '--max-old-space-size=8192'];
/** What takes that many milliseconds in all is not asked again. */
const patience = 6_000;

/** A row for each size and variant: its samples, and their ratios to the question's baseline. */
export async function measure(question, rounds, onSample = () => undefined) {
  const cases = (question.sizes ?? ['']).flatMap((size) =>
    Object.keys(question.variants)
      .filter((variant) => question.feasible?.(variant, size) ?? true)
      .map((variant) => ({ size, variant, samples: [], time: 0 })),
  );
  const { length } = cases;
  const asked = question.rounds ?? rounds;
  for (let round = 0; round < asked; round++) {
    for (const [i, each] of shuffled(cases).entries()) {
      if (each.time < patience) {
        const start = Date.now();
        each.samples.push(await sample(question, each));
        each.time += Date.now() - start;
      }
      onSample(round * length + i + 1, asked * length);
    }
  }
  return cases.map(({ size, variant, samples }) => {
    const baseline = cases.find((each) => each.size === size && each.variant === question.baseline);
    return { size, variant, samples, ...(baseline && { ratios: ratios(samples, baseline.samples) }) };
  });
}

async function sample(question, { size, variant }) {
  const args = [...options, program, question.name, variant, String(size)];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return Number(stdout);
  } catch (error) {
    const { message, stderr = message } = error;
    // Node first quotes the line, which may be all of a minified file.
    const [reason = stderr] = stderr.match(/^\w*Error.*/m) ?? [];
    throw new Error(`${question.name}, ${variant}, ${size}: ${reason}`, { cause: error });
  }
}

/** Each sample divided by that of the same round; if one has fewer rounds, by the median of the other. */
export function ratios(samples, baseline) {
  const usual = median(baseline);
  return samples.map((sample, round) => sample / (samples.length === baseline.length ? baseline[round] : usual));
}
