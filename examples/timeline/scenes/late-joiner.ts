import { coalesced } from 'rxjs-coalesce';
import type { Scene } from './scene.js';

export const lateJoiner: Scene = {
  id: 'late-joiner',
  title: 'Late joiner',
  caption: [
    'An answer comes in four parts (the dots). Ben joins when two of them are through.',
    'He gets those two at once, in order, then the rest with Ada: everyone hears the same.',
  ],
  settings: { latency: 1600, values: 4 },
  lasts: 1.9,
  async play({ get, watch, caller, hear, wait }) {
    const load = coalesced((id: string) => get(id));
    watch(load.inFlight);

    load('report').pipe(caller('Ada')).subscribe(hear('Ada'));
    await wait(0.62);
    load('report').pipe(caller('Ben')).subscribe(hear('Ben'));
  },
};
