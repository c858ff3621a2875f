/** One variant of one question at one size, in a process of its own: prints the figure. */
import { Bench } from 'tinybench';
import { questions } from './questions.js';

const [name, variant, size] = process.argv.slice(2);
const question = questions.find((each) => each.name === name);
const make = await question.variants[variant].load();
const given = question.sizes?.find((each) => String(each) === size);
const figure = question.figure ?? ((...of) => time(question.prepare(...of)));
process.stdout.write(String(await figure(make, given)));

/** Nanoseconds for each operation. */
async function time({ operations, answers, before = () => undefined, run }) {
  before();
  const start = processorTime();
  const got = await run();
  const first = processorTime() - start;
  if (got !== answers) {
    throw new Error(`${name}, ${variant}, ${size}: ${got} answers in place of ${answers}`);
  }
  // What takes so long has been compiled meanwhile.
  return ((first > 500 ? first : await median(before, run)) * 1e6) / operations;
}

/** The first half is for warming up. */
async function median(beforeEach, run) {
  const half = 100;
  const bench = new Bench({ time: half, warmupTime: half, iterations: 3, warmupIterations: 3, now: processorTime });
  const [task] = await bench.add(name, run, { beforeEach }).run();
  if (task.result.error !== undefined) {
    throw task.result.error;
  }
  return task.result.latency.p50;
}

/** Milliseconds that this process has kept a processor busy: what others do on the machine does not count. */
function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
