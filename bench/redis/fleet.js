import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const processes = 20;
const seconds = 4;
const variants = ['across processes', 'within each process', 'nothing'];

/** Twenty processes whose callers ask an origin that serves one request at a time, as a database at its limit: answers a second. */
export async function measureFleet(server) {
  const rows = [];
  for (const variant of variants) {
    const origin = await startOrigin();
    const workers = Array.from({ length: processes }, () =>
      fork(fileURLToPath(new URL('fleet-process.js', import.meta.url)), [variant, server.url, origin.url]),
    );
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    const before = origin.reads();
    const answered = workers.map((worker) => once(worker, 'message'));
    for (const worker of workers) worker.send(seconds * 1000);
    const answers = (await Promise.all(answered)).reduce((sum, [count]) => sum + count, 0);
    const reads = origin.reads() - before;
    for (const worker of workers) worker.kill();
    await Promise.all(workers.map((worker) => once(worker, 'exit')));
    origin.close();
    rows.push({
      coalesced: variant,
      'answers a second': Math.round(answers / seconds),
      'origin reads a second': Math.round(reads / seconds),
    });
  }
  console.log(
    `\nfleet: ${processes} processes with 10 callers each ask for 10 keys, of an origin that serves 100 reads a second`,
  );
  console.table(rows);
}

async function startOrigin() {
  let reads = 0;
  let busy = Promise.resolve();
  const server = createServer((_request, response) => {
    reads++;
    busy = busy.then(() => new Promise((resolve) => setTimeout(resolve, 10)));
    void busy.then(() => response.end('answer'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    reads: () => reads,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
