import { startObservableServer } from './observable-server.js';
import { startPromiseServer } from './promise-server.js';
import type { PingServer } from './server.js';

const observable = await startObservableServer();
const promise = await startPromiseServer();
print('Observable', observable);
print('promise', promise);

const clients = `${new URL('?host=127.0.0.1', observable.url).href}&client=[1-3]`;
console.log(`
Both servers run until Ctrl-C. To send three requests at once:
  curl -Z --parallel-immediate --no-progress-meter '${clients}'
`);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void Promise.all([observable.close(), promise.close()]));
}

function print(name: string, { url, inFlight }: PingServer): void {
  console.log(`${name.padEnd(10)}  ${url.href}?host=ADDRESS`);
  void inFlight.events.forEach(({ type, key, callers }) =>
    console.log(`${name.padEnd(10)}  ${key}: ${type} (callers: ${callers})`),
  );
}
