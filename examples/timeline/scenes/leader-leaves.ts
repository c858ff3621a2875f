import { coalesced } from 'rxjs-coalesce';
import type { Scene } from './scene.js';

export const leaderLeaves: Scene = {
  id: 'leader-leaves',
  title: 'Leader leaves',
  caption: [
    'Ada starts a request and leaves. Ben and Cleo still get its answer.',
    'Dan is the only caller of another request, so it is aborted when he leaves.',
  ],
  lasts: 1.6,
  async play({ get, watch, caller, observer, wait }) {
    const load = coalesced((id: string) => get(id));
    watch(load.inFlight);

    const ada = load('tea').pipe(caller('Ada')).subscribe(observer('Ada'));
    const dan = load('rye').pipe(caller('Dan')).subscribe(observer('Dan'));
    await wait(0.2);
    load('tea').pipe(caller('Ben')).subscribe(observer('Ben'));
    await wait(0.2);
    load('tea').pipe(caller('Cleo')).subscribe(observer('Cleo'));
    await wait(0.15);
    ada.unsubscribe(); // the run goes on for Ben and Cleo
    await wait(0.15);
    dan.unsubscribe(); // nobody is left: the request is cancelled
  },
};
