/** Flights across tabs of Chromium, beside what they are made of. Prints a table. */
import { createServer } from 'node:http';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { chromiumFlags, findChromium } from '../../scripts/browsers.js';
import { installPeers } from '../install.js';

installPeers();

const script = `
import { lastValueFrom, of, timer, NEVER } from 'rxjs';
import { webInFlightCalls } from './dist/across/web/index.mjs';
import { BroadcastChannel as ElectingChannel, createLeaderElection } from './bench/node_modules/broadcast-channel';
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const timed = async (act) => { const begin = performance.now(); await act(); return performance.now() - begin; };
const registry = webInFlightCalls('bench');
const bare = async (name) => {
  let released;
  const release = await new Promise((granted) => {
    released = navigator.locks.request(name, { ifAvailable: true }, () => new Promise((settle) => granted(settle)));
  });
  release();
  await released;
};
/** In ms, the mean of twenty in a row, because the clock of a page is coarse. */
const meanOfTwenty = async (act) => {
  const begin = performance.now();
  for (let i = 0; i < 20; i++) await act(i);
  return (performance.now() - begin) / 20;
};
window.lead = async () => {
  const samples = { bare: [], flight: [] };
  for (let turn = 0; turn < 60; turn++) {
    samples.bare.push(await meanOfTwenty((i) => bare('bare ' + i)));
    samples.flight.push(await meanOfTwenty((i) => lastValueFrom(registry.join(i, () => of(1)))));
  }
  return { bare: median(samples.bare.slice(20)), flight: median(samples.flight.slice(20)) };
};
window.hold = () => { registry.join('takeover', () => NEVER).subscribe(); return seen('lead'); };
window.wait = () => {
  const follows = seen('follow');
  registry.join('takeover', () => of('taken')).subscribe(() => (window.takenAt = performance.timeOrigin + performance.now()));
  return follows;
};
let runs = 0;
const run = async (key) => {
  runs++;
  await new Promise((resolve) => setTimeout(resolve, 100));
  return 'answer ' + key;
};
/** What people do today, each with the same run of 100 ms. */
const ways = {
  'rxjs-coalesce': (key) => lastValueFrom(registry.join(key, () => run(key))),
  // Whoever has the lock looks for an answer that is stored already, and runs and stores if there is none.
  'a lock and a stored answer': (key) =>
    navigator.locks.request(key, async () => {
      const stored = localStorage.getItem(key);
      if (stored !== null) return stored;
      const answer = await run(key);
      localStorage.setItem(key, answer);
      return answer;
    }),
  // One tab is elected once, and runs for all.
  'broadcast-channel': (key) =>
    new Promise((resolve) => {
      waiting.set(key, resolve);
      if (elector.isLeader) answerAll(key);
      else elected.postMessage({ key });
    }),
};
const waiting = new Map();
const running = new Set();
const elected = new ElectingChannel('bench election');
const elector = createLeaderElection(elected);
const answerAll = async (key) => {
  if (running.has(key)) return;
  running.add(key);
  const answer = await run(key);
  elected.postMessage({ key, answer });
  waiting.get(key)?.(answer);
};
elected.onmessage = ({ key, answer }) => {
  if (answer !== undefined) waiting.get(key)?.(answer);
  else if (elector.isLeader) answerAll(key);
};
window.elect = () => elector.awaitLeadership();
window.waitForLeader = () => elector.hasLeader();
window.ask = async (way, key, at) => {
  runs = 0;
  await new Promise((resolve) => setTimeout(resolve, at - Date.now()));
  const wait = await timed(() => ways[way](key));
  // Others may still be running, after this one.
  await new Promise((resolve) => setTimeout(resolve, 300));
  return { wait, runs };
};
window.names = Object.keys(ways);
const seen = (wanted) => new Promise((resolve) => registry.events.subscribe(({ type }) => type === wanted && resolve()));
`;
const { outputFiles } = await build({
  stdin: { contents: script, resolveDir: process.cwd() },
  bundle: true,
  write: false,
  format: 'esm',
});
const html = `<!doctype html><title>bench</title><script type="module">${outputFiles[0].text}</script>`;
const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumFlags });
const context = await browser.newContext();
const rows = [];

const leads = [];
for (let turn = 0; turn < 5; turn++) {
  const tab = await open();
  leads.push(await tab.evaluate('lead()'));
  await tab.close();
}
const [bare, flight] = ['bare', 'flight'].map((name) => median(leads.map((lead) => lead[name])));
const ratio = median(leads.map((lead) => lead.flight / lead.bare));
rows.push({
  what: 'lead / bare lock and release',
  measured: ms(flight),
  bare: ms(bare),
  ratio: ratio.toFixed(2),
  most: 1.5,
});

const takeovers = [];
for (let turn = 0; turn < 5; turn++) {
  const [leader, waiting] = [await open(), await open()];
  await leader.evaluate('hold()');
  await waiting.evaluate('wait()');
  const begin = Date.now();
  await leader.close();
  await waiting.waitForFunction('window.takenAt');
  takeovers.push((await waiting.evaluate('window.takenAt')) - begin);
  await waiting.close();
}
rows.push({ what: 'takeover after a closed tab', measured: ms(median(takeovers)), most: '300 ms' });

const tabs = [await open(), await open(), await open(), await open()];
// It must have a leader before the first question.
await tabs[0].evaluate('elect()');
const asked = [];
for (const way of await tabs[0].evaluate('names')) {
  const rounds = [];
  for (let round = 0; round < 9; round++) {
    const question = JSON.stringify([way, `${way} ${round}`, Date.now() + 100]);
    const answers = await Promise.all(tabs.map((tab) => tab.evaluate(`ask(...${question})`)));
    rounds.push({
      runs: answers.reduce((sum, { runs }) => sum + runs, 0),
      waits: answers.map(({ wait }) => wait - 100),
    });
  }
  asked.push({
    way,
    runs: median(rounds.map(({ runs }) => runs)),
    'median wait beyond the run': ms(median(rounds.flatMap(({ waits }) => waits))),
    'the last of four': ms(median(rounds.map(({ waits }) => Math.max(...waits)))),
  });
}

console.log(`Chromium ${browser.version()}`);
console.table(rows);
console.log('Four tabs ask for the same thing at once; a run takes 100 ms.');
console.table(asked);
await browser.close();
server.close();

async function open() {
  const tab = await context.newPage();
  await tab.goto(`http://127.0.0.1:${server.address().port}`);
  await tab.waitForFunction('window.lead');
  return tab;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function ms(value) {
  return `${value.toFixed(3)} ms`;
}
