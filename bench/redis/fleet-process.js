/** One process of the fleet. */
import { performance } from 'node:perf_hooks';
import { Redis } from 'ioredis';
import { coalescedAsync } from '../../dist/index.mjs';
import { redisInFlightCalls } from '../../dist/across/redis/index.mjs';

const [variant, url, origin] = process.argv.slice(2);
const read = async (key) => (await fetch(`${origin}/${key}`)).text();
const load = {
  nothing: () => read,
  'within each process': () => coalescedAsync(read),
  'across processes': () => coalescedAsync(read, { inFlight: redisInFlightCalls('fleet', new Redis(url)) }),
}[variant]();
await load('first');
process.send('ready');
process.once('message', async (ms) => {
  let answers = 0;
  const end = performance.now() + ms;
  for (let caller = 0; caller < 10; caller++) {
    void (async () => {
      while (performance.now() < end) {
        await load(Math.floor(Math.random() * 10));
        if (performance.now() < end) answers++;
      }
    })();
  }
  setTimeout(() => process.send(answers), ms);
});
