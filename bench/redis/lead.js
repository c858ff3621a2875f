import { performance } from 'node:perf_hooks';
import { createClient } from 'redis';
import { Redis } from 'ioredis';
import { lastValueFrom, of } from 'rxjs';
import { redisInFlightCalls } from '../../dist/across/redis/index.mjs';
import { median } from '../statistics.js';
import { countCommands } from './server-commands.js';

const rounds = 7;
const operations = 400;
const freeScript = "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) end return 0";

/** A flight that nobody follows, one after another, beside a bare lock by the same client: `SET NX`, then a compare-and-delete. */
export async function measureLead(server) {
  const rows = [];
  const nodeRedis = await createClient({ url: server.url }).connect();
  const ioredis = new Redis(server.url);
  for (const [name, client, command] of [
    ['redis 6', nodeRedis, (...words) => nodeRedis.sendCommand(words)],
    ['ioredis 6', ioredis, (...words) => ioredis.call(...words)],
  ]) {
    const inFlight = redisInFlightCalls('bench', client);
    const ours = (i) => lastValueFrom(inFlight.join(i, () => of(i)));
    const bare = async (i) => {
      await command('set', `bare:${i}`, 'token', 'NX', 'PX', '5000');
      await command('eval', freeScript, '1', `bare:${i}`, 'token');
    };
    const counts = await countCommands(server, async () => {
      for (let i = 0; i < operations; i++) await ours(i);
    });
    // One of each in turn, so that other load on the machine affects both equally.
    const ratios = [];
    const times = [];
    for (let round = 0; round < rounds; round++) {
      const taken = [[], []];
      for (let i = 0; i < operations; i++) {
        taken[0].push(await time(() => ours(i)));
        taken[1].push(await time(() => bare(i)));
      }
      times.push(median(taken[0]));
      ratios.push(median(taken[0]) / median(taken[1]));
    }
    rows.push({
      client: name,
      'µs a lead': Math.round(median(times) * 1000),
      'beside bare': round(median(ratios)),
      'least - most': `${round(Math.min(...ratios))} - ${round(Math.max(...ratios))}`,
      'commands a lead': (counts.set + counts.eval + counts.publish) / operations,
    });
    await inFlight.close();
  }
  await nodeRedis.close();
  ioredis.disconnect();
  console.log('\nlead: one flight after another that nobody follows; bare is SET NX and a compare-and-delete');
  console.table(rows);
}

async function time(operation) {
  const start = performance.now();
  await operation();
  return performance.now() - start;
}

function round(number) {
  return Math.round(number * 100) / 100;
}
