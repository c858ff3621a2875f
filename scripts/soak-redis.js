/**
 * Flights by a real Redis while processes come, go, freeze and die, connections are cut and the server pauses: `--seconds=600`,
 * `--workers=6`, `--keys=40`, `--seed=N`.
 *
 * Every call must be answered, with what its key asked for, whatever happens. Runs write themselves down in Redis while they are alive: away from
 * faults a key must have one at most. At the end nothing may be left.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { findRedis, remedy } from './find-redis.js';
import { redisCommand } from './redis-command.js';
import { startRedis } from './redis-server.js';

/** In ms. */
const lease = 1000;
const patience = 1000;
/** How long the effects of a fault may last: until a lease is over, and the successor has begun. */
const aftermath = 3 * lease + patience;
/** A call that has not been answered by then never will be. */
const hopeless = 60_000;

// A run writes itself down, and suspects those that it finds there.
const beginScript = `for _, name in ipairs(redis.call('smembers', KEYS[1])) do redis.call('sadd', KEYS[2], name) end
redis.call('sadd', KEYS[1], ARGV[1])`;
const endScript = `redis.call('srem', KEYS[1], ARGV[1])
return redis.call('srem', KEYS[2], ARGV[1])`;
// Removes the entries of a process that has died.
const buryScript = `for _, key in ipairs(redis.call('keys', '*:*')) do
  if redis.call('type', key).ok == 'set' then
  for _, name in ipairs(redis.call('smembers', key)) do
    if string.sub(name, 1, #ARGV[1]) == ARGV[1] then redis.call('srem', key, name) end
  end
  end
end`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    workers: { type: 'string', default: '6' },
    keys: { type: 'string', default: '40' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
});

if (process.send) await work();
else await soak();

async function soak() {
  const binary = await findRedis();
  if (binary === undefined) throw new Error(`No Redis server found: ${remedy}.`);
  const server = await startRedis(binary);
  const random = randomBy(Number(values.seed));
  const totals = {
    calls: 0,
    runs: 0,
    apart: 0,
    left: 0,
    wrong: 0,
    failed: 0,
    hopeless: 0,
    overlapping: 0,
    overlapsByFaults: 0,
  };
  const faults = { killed: 0, frozen: 0, replaced: 0, 'connections cut': 0, pauses: 0, stalls: 0 };
  const complaints = [];
  const workers = new Set();
  let lastFault = 0;
  /** How many processes are paused. */
  let frozen = 0;

  const start = () => {
    const worker = fork(fileURLToPath(import.meta.url), [`--keys=${values.keys}`], {
      env: { ...process.env, SOAK_PORT: String(server.port) },
    });
    workers.add(worker);
    worker.on('message', (report) => {
      if (report.complaint) complaints.push(report.complaint);
      if (report.stalled) {
        faults.stalls++;
        lastFault = Date.now();
      }
      for (const name of Object.keys(report.counts ?? {})) {
        const isExcused = name === 'overlapping' && (frozen > 0 || Date.now() - lastFault < aftermath);
        totals[isExcused ? 'overlapsByFaults' : name] += report.counts[name];
      }
    });
    worker.on('exit', () => workers.delete(worker));
    return once(worker, 'message');
  };
  await Promise.all(Array.from({ length: Number(values.workers) }, start));

  const actions = [
    async () => {
      faults.killed++;
      const victim = pick([...workers], random);
      victim.kill('SIGKILL');
      await once(victim, 'exit');
      await redisCommand(server.port, 'EVAL', buryScript, '0', `${victim.pid} `);
      await start();
    },
    async () => {
      faults.frozen++;
      frozen++;
      const victim = pick([...workers], random);
      victim.kill('SIGSTOP');
      await wait(100 + random() * 3 * lease);
      victim.kill('SIGCONT');
      frozen--;
    },
    async () => {
      faults.replaced++;
      const leaver = pick([...workers], random);
      leaver.send('stop');
      await Promise.all([once(leaver, 'exit'), start()]);
    },
    async () => {
      faults['connections cut']++;
      await redisCommand(server.port, 'CLIENT', 'KILL', 'TYPE', random() < 0.5 ? 'normal' : 'pubsub');
    },
    async () => {
      faults.pauses++;
      await redisCommand(server.port, 'CLIENT', 'PAUSE', String(Math.round(random() * 1.5 * lease)));
    },
  ];

  const end = Date.now() + Number(values.seconds) * 1000;
  const progress = setInterval(() => console.log(JSON.stringify({ ...totals, ...faults })), 10_000);
  while (Date.now() < end) {
    // Long enough for calm, in which there is one run for a key.
    await wait(aftermath * (0.2 + 2 * random()));
    lastFault = Date.now();
    await pick(actions, random)();
    lastFault = Date.now();
  }
  await wait(aftermath);
  clearInterval(progress);
  const exits = await Promise.all(
    [...workers].map(async (worker) => {
      worker.send('stop');
      return (await once(worker, 'exit'))[0];
    }),
  );
  const keys = await redisCommand(server.port, 'KEYS', '*');
  const channels = await redisCommand(server.port, 'PUBSUB', 'CHANNELS');
  await server.stop();

  console.table([totals]);
  console.table([faults]);
  for (const complaint of complaints.slice(0, 20)) console.log(complaint);
  const { wrong, failed, overlapping } = totals;
  const isRight =
    wrong + failed + totals.hopeless + overlapping + keys.length + channels.length === 0 &&
    exits.every((code) => code === 0);
  console.log(
    `Left in Redis: ${keys.length} keys, ${channels.length} channels. Exit codes: ${[...new Set(exits)]}. Seed ${values.seed}.`,
  );
  console.log(
    isRight ? 'Every caller was answered, and no key ran twice at a time while the medium was whole.' : 'FAILED',
  );
  if (!isRight) process.exitCode = 1;
}

/** What a process does that takes part: calls without a pause, some of which are given up, until it is stopped. */
async function work() {
  const { firstValueFrom, Observable, timeout } = await import('rxjs');
  const { redisInFlightCalls } = await import('rxjs-coalesce/redis');
  const url = `redis://127.0.0.1:${process.env.SOAK_PORT}`;
  const client = new Redis(url);
  const ledger = new Redis(url);
  for (const each of [client, ledger]) each.on('error', () => undefined);
  const inFlight = redisInFlightCalls('soak', client, { lease, patience });

  let counts = {};
  const count = (name) => (counts[name] = (counts[name] ?? 0) + 1);
  const complain = (name, complaint) => {
    count(name);
    process.send({ complaint: `${name}: ${complaint}` });
  };
  const report = () => {
    process.send({ counts });
    counts = {};
  };
  process.on('unhandledRejection', (error) => complain('failed', `unhandled: ${error.stack}`));
  const reports = setInterval(report, 250);
  inFlight.events.subscribe(({ type }) => {
    if (type === 'apart') count('apart');
  });

  // A process that gets no time on this machine loses its leases, as a frozen one does.
  let latest = Date.now();
  const watch = setInterval(() => {
    if (Date.now() - latest > lease / 2) process.send({ stalled: true });
    latest = Date.now();
  }, 20);

  // Runs apart are not one of all, and do not write themselves down: a lead is reported before its run begins.
  const leads = new Set();
  inFlight.events.subscribe(({ type, key }) => {
    if (type === 'lead') leads.add(key);
    if (type === 'apart') leads.delete(key);
  });
  let runs = 0;
  const start = (key) =>
    new Observable((subscriber) => {
      count('runs');
      const name = `${process.pid} ${++runs}`;
      const isLed = leads.delete(key);
      const left = new Promise((resolve) => subscriber.add(resolve));
      void (async () => {
        if (isLed) await ledger.eval(beginScript, 2, `alive:${key}`, `suspected:${key}`, name);
        await Promise.race([left, wait(Math.random() * 60)]);
        const wasSuspected = isLed && (await ledger.eval(endScript, 2, `alive:${key}`, `suspected:${key}`, name)) > 0;
        // A cancelled run frees its key first, and may see its successor.
        if (wasSuspected && !subscriber.closed) count('overlapping');
        subscriber.next(`answer ${key}`);
        subscriber.complete();
      })().catch((error) => subscriber.error(error));
    });

  let stopping = false;
  const callers = Array.from({ length: 50 }, async () => {
    while (!stopping) {
      const key = Math.floor(Math.random() * Number(values.keys));
      const call = inFlight.join(key, () => start(key));
      count('calls');
      if (Math.random() < 0.1) {
        // Gives up, perhaps as the last one.
        const subscription = call.subscribe({ error: () => undefined });
        await wait(Math.random() * 40);
        subscription.unsubscribe();
        count('left');
        continue;
      }
      try {
        const answer = await firstValueFrom(call.pipe(timeout(hopeless)));
        if (answer !== `answer ${key}`) complain('wrong', `${key} was answered by ${answer}`);
      } catch (error) {
        complain(error.name === 'TimeoutError' ? 'hopeless' : 'failed', `${key}: ${error.stack}`);
      }
      await wait(Math.random() * 20);
    }
  });
  process.on('message', async () => {
    stopping = true;
    await Promise.all(callers);
    await inFlight.close();
    await client.quit();
    await ledger.quit();
    clearInterval(reports);
    clearInterval(watch);
    report();
    // Ends by itself.
    process.disconnect();
  });
  process.send({});
}

function pick(list, random) {
  return list[Math.floor(random() * list.length)];
}

function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Numbers between 0 and 1 that a seed decides. */
function randomBy(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
