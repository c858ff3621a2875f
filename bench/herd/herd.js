/** A thundering herd over real HTTP: many clients at once ask a gateway for the digests of a few files. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median, shuffled } from '../statistics.js';
import { promises } from '../variants/promises.js';

const concurrencies = [10, 100, 1000];
/** lru-cache is not among them: it would answer a burst from what it keeps of the one before. */
const variants = ['coalesced', 'not coalesced', ...Object.keys(promises).filter((name) => name !== 'lru-cache')];
const rounds = 3;
const bursts = 2;

/** A row for each number of clients and each variant. */
export async function measureHerd(onBurst) {
  // Compiled on demand, as is all of the examples.
  const { digestsOf, filesOf, temporaryFolder } = await import('../../build/examples/digest-gateway/folder.js');
  const folder = await temporaryFolder(10);
  const files = await digestsOf(folder, await filesOf(folder, 10));
  const cases = concurrencies.flatMap((clients) => variants.map((variant) => ({ clients, variant, results: [] })));
  for (let round = 0; round < rounds; round++) {
    for (const [i, { clients, variant, results }] of shuffled(cases).entries()) {
      results.push(await measureGateway(variant, clients, folder, files));
      onBurst(round * cases.length + i + 1, rounds * cases.length);
    }
  }
  return cases.map(({ clients, variant, results }) => {
    const middle = (what) => median(results.map((result) => result[what]));
    return {
      clients,
      variant,
      requestsPerSecond: results.map(({ requestsPerSecond }) => requestsPerSecond),
      p99: middle('p99'),
      runs: middle('runs'),
      memory: middle('memory'),
    };
  });
}

async function measureGateway(variant, clients, folder, files) {
  const { burst } = await import('../../build/examples/digest-gateway/clients/burst.js');
  const origin = await start('origin.js', folder);
  const gateway = await start('gateway.js', variant, origin.url);
  try {
    const url = new URL(gateway.url);
    // One more, to warm up.
    await burst(url, files, clients, () => undefined);
    const { runs: before } = await ask(origin.child);
    const results = [];
    for (let i = 0; i < bursts; i++) {
      const result = await burst(url, files, clients, () => undefined);
      if (result.right !== clients) throw new Error(`${variant}: ${result.wrong}`);
      results.push(result);
    }
    const { runs } = await ask(origin.child);
    const { memory } = await ask(gateway.child);
    return {
      requestsPerSecond: median(results.map(({ wallTime }) => (clients / wallTime) * 1000)),
      p99: median(results.map(({ p99 }) => p99)),
      runs: (runs - before) / bursts,
      memory,
    };
  } finally {
    origin.child.kill();
    gateway.child.kill();
  }
}

async function start(program, ...args) {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), args);
  const [{ url }] = await once(child, 'message');
  return { child, url };
}

async function ask(child) {
  const answer = once(child, 'message');
  child.send('how much?');
  const [message] = await answer;
  return message;
}
