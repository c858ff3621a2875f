/** One gateway of the fleet, in a process or a thread of its own. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { coalesced, fromAbortable } from 'rxjs-coalesce';
import { registryBy, type Medium } from './medium.js';

export interface GatewayData {
  readonly origin: string;
  readonly medium: Medium;
}

/** Its address, and each time that it is settled where the read of a path runs: here, or at another gateway. */
export type GatewayReport = { readonly url: string } | { readonly path: string; readonly leads: boolean };

const { origin, medium } = (workerData ?? JSON.parse(process.argv[2] ?? '')) as GatewayData;
const report = (what: GatewayReport) => (parentPort ? parentPort.postMessage(what) : process.send?.(what));

const { inFlight, close } = registryBy(medium);
const read = coalesced(
  (path: string) =>
    fromAbortable((signal) => fetch(`${origin}${path}`, { signal }).then((response) => response.text())),
  { inFlight },
);
// No gateway looks at these where nothing is shared.
inFlight.events.subscribe({
  error: console.error,
  next: ({ type, key }) => {
    if (type === 'lead' || type === 'follow' || type === 'apart') report({ path: key, leads: type === 'lead' });
  },
});

const server = createServer((request, response) => {
  const call = read(request.url ?? '/').subscribe({
    next: (answer) => response.end(answer),
    error: (error: unknown) => response.writeHead(502).end(String(error)),
  });
  // A client that hangs up leaves; the last one cancels the read, wherever it runs.
  response.on('close', () => call.unsubscribe());
});
server.listen(0, '127.0.0.1', () => report({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));

const stop = () => {
  server.close();
  server.closeAllConnections();
  void close().then(() => parentPort?.close());
};
process.on('disconnect', stop);
parentPort?.on('message', stop);
