import { coalesced } from 'rxjs-coalesce';
import type { Scene } from './scene.js';

export const herd: Scene = {
  id: 'herd',
  title: 'Thundering herd',
  caption: [
    'A thousand callers ask for the front page while the first answer is still on its way.',
    'The server gets one request, and every caller gets the same answer at the same moment.',
  ],
  lasts: 2.2,
  async play({ get, watch, observer, wait }) {
    const load = coalesced((page: string) => get(page));
    watch(load.inFlight);

    for (let wave = 0; wave < 8; wave++) {
      for (let each = 0; each < 125; each++) load('front page').subscribe(observer());
      await wait(0.03);
    }
  },
};
