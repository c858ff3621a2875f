/** One process of the stampede. */
import { performance } from 'node:perf_hooks';
import { Redis } from 'ioredis';
import { coalescedAsync } from '../../dist/index.mjs';
import { redisInFlightCalls } from '../../dist/across/redis/index.mjs';

const [variant, url, keys, runTime] = process.argv.slice(2);
const client = new Redis(url);
let runs = 0;
let close = () => undefined;

const run = async (key) => {
  runs++;
  await wait(Number(runTime));
  return `answer ${key}`;
};

const variants = {
  nothing: () => run,
  'rxjs-coalesce': () => {
    const inFlight = redisInFlightCalls('bench', client);
    close = () => inFlight.close();
    return coalescedAsync(run, { inFlight });
  },
  'redis-semaphore': async () => {
    const { Mutex } = await import('redis-semaphore');
    return guarded(async (key, use) => {
      const mutex = new Mutex(client, key, { acquireTimeout: 60_000 });
      await mutex.acquire();
      try {
        return await use();
      } finally {
        await mutex.release();
      }
    });
  },
  redlock: async () => {
    const { default: Redlock } = await import('redlock');
    const redlock = new Redlock([client], { retryCount: -1 });
    return guarded(async (key, use) => {
      const lock = await redlock.acquire([key], 10_000);
      try {
        return await use();
      } finally {
        await lock.release();
      }
    });
  },
};

const load = await variants[variant]();
// The first call opens connections that stay open.
await load('first');
runs = 0;
process.send('ready');
process.once('message', async () => {
  const times = [];
  await Promise.all(
    Array.from({ length: Number(keys) }, async (_, key) => {
      const start = performance.now();
      const answer = await load(key);
      if (answer !== `answer ${key}`) throw new Error(`${variant}: ${answer}`);
      times.push(performance.now() - start);
    }),
  );
  process.send({ runs, times });
});
process.once('disconnect', async () => {
  await close();
  client.disconnect();
});

/** What is written by hand with a lock: look, lock, look again, run, store for those who wait. */
function guarded(withLock) {
  return async (key) => {
    const place = `answer:${variant}:${process.ppid}:${key}`;
    const kept = await client.get(place);
    if (kept !== null) return kept;
    return withLock(`lock:${variant}:${key}`, async () => {
      const meanwhile = await client.get(place);
      if (meanwhile !== null) return meanwhile;
      const answer = await run(key);
      await client.set(place, answer, 'PX', 2000);
      return answer;
    });
  };
}

function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
