import { coalesced } from 'rxjs-coalesce';
import type { Scene } from './scene.js';

export const readAfterWrite: Scene = {
  id: 'read-after-write',
  title: 'Read after write',
  caption: [
    'Ben writes while Ada’s read is in flight, so her answer is from before the write.',
    'forget() frees the key: Ben’s next read starts a new flight and sees what he wrote. Ada keeps her flight.',
  ],
  settings: { latency: 1200 },
  lasts: 2.2,
  async play({ get, put, watch, caller, observer, wait }) {
    const load = coalesced((id: string) => get(id));
    watch(load.inFlight);

    load('profile').pipe(caller('Ada')).subscribe(observer('Ada'));
    await wait(0.3);
    await put('profile');
    load.inFlight.forget('profile');
    load('profile').pipe(caller('Ben')).subscribe(observer('Ben'));
    await wait(0.2);
    load('profile').pipe(caller('Cleo')).subscribe(observer('Cleo')); // joins Ben
  },
};
