/** Flights across tabs of Chromium, beside what they are made of. Prints a table. */
import { createServer } from 'node:http';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { chromiumFlags, findChromium } from '../../scripts/browsers.js';

const script = `
import { lastValueFrom, of, timer, NEVER } from 'rxjs';
import { webInFlightCalls } from './dist/across/web/index.mjs';
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
window.lead = async () => {
  const samples = { bare: [], flight: [] };
  for (let turn = 0; turn < 400; turn++) {
    samples.bare.push(await timed(() => bare('bare ' + turn)));
    samples.flight.push(await timed(() => lastValueFrom(registry.join('key', () => of(1)))));
  }
  return { bare: median(samples.bare.slice(100)), flight: median(samples.flight.slice(100)) };
};
window.hold = () => { registry.join('takeover', () => NEVER).subscribe(); return seen('lead'); };
window.wait = () => {
  const follows = seen('follow');
  registry.join('takeover', () => of('taken')).subscribe(() => (window.takenAt = performance.timeOrigin + performance.now()));
  return follows;
};
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

console.log(`Chromium ${browser.version()}`);
console.table(rows);
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
