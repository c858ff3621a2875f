import { coalesced } from 'rxjs-coalesce';
import type { Scene } from './scene.js';

export const lateJoiner: Scene = {
  id: 'late-joiner',
  title: 'Late joiner',
  caption: [
    'An answer arrives in four parts (the dots). Ben joins after the second.',
    'He gets the first two at once, in order, and the others together with Ada.',
  ],
  settings: { latency: 1600, values: 4 },
  lasts: 1.9,
  async play({ get, watch, caller, observer, wait }) {
    const load = coalesced((id: string) => get(id));
    watch(load.inFlight);

    load('report').pipe(caller('Ada')).subscribe(observer('Ada'));
    await wait(0.62);
    load('report').pipe(caller('Ben')).subscribe(observer('Ben'));
  },
};
