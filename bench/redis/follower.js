import { performance } from 'node:perf_hooks';
import { createClient } from 'redis';
import { Redis } from 'ioredis';
import { Subject } from 'rxjs';
import { redisInFlightCalls } from '../../dist/across/redis/index.mjs';
import { median } from '../statistics.js';
import { countCommands } from './server-commands.js';

const values = 1000;
const rounds = 7;

/** How long after the leader a follower hears a value, beside a bare publish by the leader's client and a listener of the follower's. */
export async function measureFollower(server) {
  const rows = [];
  for (const [name, open] of [
    ['redis 6', async () => createClient({ url: server.url }).connect()],
    ['ioredis 6', async () => new Redis(server.url)],
  ]) {
    const [a, b] = [await open(), await open()];
    const [leader, follower] = [a, b].map((client) => redisInFlightCalls('bench', client));
    const source = new Subject();
    const heard = new Subject();
    leader.join('key', () => source, { bufferSize: 1 }).subscribe();
    const isFollowing = new Promise((resolve) => {
      follower.events.subscribe(({ type }) => type === 'follow' && resolve());
    });
    while (!source.observed) await new Promise((resolve) => setTimeout(resolve, 5));
    follower.join('key', () => source, { bufferSize: 1 }).subscribe(heard);
    await isFollowing;

    const bareHeard = new Subject();
    if (name.startsWith('io')) {
      b.on('message', (channel, message) => channel === 'bare' && bareHeard.next(message));
      await b.subscribe('bare');
    } else {
      await b.subscribe('bare', (message) => bareHeard.next(message));
    }
    const text = JSON.stringify({ id: 1, name: 'Ada' });
    const ours = () => tell(heard, () => source.next({ id: 1, name: 'Ada' }));
    const bare = () => tell(bareHeard, () => void a.publish('bare', text));
    const ratios = [];
    const times = [];
    for (let round = 0; round < rounds; round++) {
      // One of each in turn, so that what else the machine does hits both alike.
      const taken = [[], []];
      for (let i = 0; i < values; i++) {
        taken[0].push(await ours());
        taken[1].push(await bare());
      }
      times.push(median(taken[0]));
      ratios.push(median(taken[0]) / median(taken[1]));
    }
    const answers = new Subject();
    const counts = await countCommands(server, () => oneFollower(leader, follower, answers));
    rows.push({
      client: name,
      'µs a value': Math.round(median(times) * 1000),
      'beside bare': round(median(ratios)),
      'least - most': `${round(Math.min(...ratios))} - ${round(Math.max(...ratios))}`,
      'commands a follower': counts.set + counts.eval + counts.publish - 2,
    });
    await Promise.all([leader.close(), follower.close()]);
    for (const client of [a, b]) client.destroy?.() ?? client.disconnect();
  }
  console.log(
    '\nfollower: from the leader’s value to the follower’s; bare is a publish to a listener by the same clients',
  );
  console.table(rows);
}

/** The time, in ms, from when something is said until it is heard. */
async function tell(heard, say) {
  const answer = new Promise((resolve) => {
    const subscription = heard.subscribe(() => {
      subscription.unsubscribe();
      resolve();
    });
  });
  const start = performance.now();
  say();
  await answer;
  return performance.now() - start;
}

/** A flight with one follower, whose value and end come together. */
async function oneFollower(leader, follower, answers) {
  const ended = (call) => new Promise((resolve) => call.subscribe({ complete: resolve }));
  const calls = [ended(leader.join('once', () => answers))];
  while (!answers.observed) await new Promise((resolve) => setTimeout(resolve, 5));
  const followed = new Promise((resolve) => {
    follower.events.subscribe(({ type, key }) => type === 'follow' && key === 'once' && resolve());
  });
  calls.push(ended(follower.join('once', () => answers)));
  await followed;
  answers.next('answer');
  answers.complete();
  await Promise.all(calls);
  await new Promise((resolve) => setTimeout(resolve, 100));
}

function round(number) {
  return Math.round(number * 100) / 100;
}
