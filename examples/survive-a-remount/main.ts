import { setTimeout as delay } from 'node:timers/promises';
import { startSlowServer } from '../type-ahead/slow-server.js';
import { mount, profilesAt } from './profile.js';

for (const patience of [0, 200]) {
  const server = await startSlowServer(300, (path) => `profile ${path.slice(1)}`);
  const load = profilesAt(server.url, patience);
  console.log(`\nA request that nobody waits for goes on for ${patience} ms.`);

  const first = mount(load, 7, (profile) => console.log(`first view: ${profile}`));
  await delay(100);
  first.unsubscribe();
  await delay(50);
  const shown = new Promise<string>((show) => mount(load, 7, show));
  console.log(`mounted again: ${await shown}`);
  console.log(`requests: ${server.received.length}, aborted: ${server.aborted.length}`);

  const left = mount(load, 8, (profile) => console.log(`left view: ${profile}`));
  await delay(50);
  left.unsubscribe();
  await delay(patience + 50);
  console.log(`not mounted again: ${load.inFlight.size} in flight, aborted: ${server.aborted.length}`);
  await server.close();
}
