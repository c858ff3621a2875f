/** Flights across worker threads, beside what they are made of. Prints a table; needs a Node with Web Locks. */
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';

const start = async () => {
  const worker = new Worker(new URL('thread.js', import.meta.url));
  await once(worker, 'online');
  return worker;
};
const ask = async (worker, task, options) => {
  worker.postMessage({ task, ...options });
  const [answer] = await once(worker, 'message');
  return answer;
};
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const rows = [];
const report = (what, measured, bare, ratio, most) =>
  rows.push({ what, measured, bare, ratio: ratio.toFixed(2), most });

const workers = await Promise.all([1, 2, 3, 4].map(start));
const [one, two] = workers;

const { result: lead } = await ask(one, 'lead');
report('lead / bare lock and release', ms(lead.flight), ms(lead.bare), lead.flight / lead.bare, 1.5);

const { result: join } = await ask(one, 'join');
report('100 joins / in-process', ms(join.across), ms(join.within), join.across / join.within, 1.05);

const alone = [];
const together = [];
const runs = [];
for (let turn = 0; turn < 9; turn++) {
  let begin = performance.now();
  await ask(one, 'herd', { callers: 1000 });
  alone.push(performance.now() - begin);
  begin = performance.now();
  const answers = await Promise.all(workers.map((worker) => ask(worker, 'herd', { callers: 1000 })));
  together.push(performance.now() - begin);
  runs.push(answers.reduce((sum, { result }) => sum + result, 0));
}
report(
  `4 x 1,000 callers / 1,000 of one thread (runs: ${median(runs)})`,
  ms(median(together)),
  ms(median(alone)),
  median(together) / median(alone),
  1.2,
);

const trips = [];
const channel = new BroadcastChannel('bench bare');
const echo = new Worker(
  `const { BroadcastChannel } = require('node:worker_threads'); const c = new BroadcastChannel('bench bare'); c.onmessage = ({ data }) => data.ping && c.postMessage({ pong: true }); require('node:worker_threads').parentPort.postMessage('ready');`,
  { eval: true },
);
await once(echo, 'message');
for (let turn = 0; turn < 150; turn++) {
  // As idle as the threads are while a flight is under way.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const begin = performance.now();
  channel.postMessage({ ping: true });
  await new Promise((resolve) => (channel.onmessage = resolve));
  trips.push(performance.now() - begin);
}
channel.close();
await echo.terminate();
const delays = [];
for (let turn = 0; turn < 150; turn++) {
  const leading = ask(one, 'emit');
  await new Promise((resolve) => setTimeout(resolve, 15));
  const { at } = await ask(two, 'follow');
  delays.push(at - (await leading).result);
}
// The first turns compile the code, and do not count.
const delay = median(delays.slice(100));
const trip = median(trips.slice(100));
report('a follower is notified of the end / bare round trip', ms(delay), ms(trip), delay / trip, 2);

const takeovers = [];
for (let turn = 0; turn < 5; turn++) {
  const [leader, waiting] = await Promise.all([start(), start()]);
  await ask(leader, 'hold');
  await ask(waiting, 'wait');
  const begin = performance.now();
  const taken = once(waiting, 'message');
  await leader.terminate();
  await taken;
  takeovers.push(performance.now() - begin);
  await waiting.terminate();
}
rows.push({ what: 'takeover after terminate()', measured: ms(median(takeovers)), most: '500 ms' });

console.log(`Node ${process.versions.node}`);
console.table(rows);
process.exit();

function ms(value) {
  return `${value.toFixed(3)} ms`;
}
