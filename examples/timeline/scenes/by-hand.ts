import { repeat } from 'rxjs';
import { coalesced } from 'rxjs-coalesce';
import { registryByHand } from './registry-by-hand.js';
import type { Scene } from './scene.js';

export const byHand: Scene = {
  id: 'by-hand',
  title: 'By hand, going wrong',
  caption: [
    'Ada and Ben poll three times each. The library sends three requests for both of them.',
    'The usual Map + finalize + shareReplay sends one request, and then repeats its old answer.',
  ],
  settings: { latency: 500 },
  lasts: 6.6,
  async play({ get, watch, caller, observer, wait, beside }) {
    const load = coalesced((id: string) => get(id));
    watch(load.inFlight);

    const other = beside('Map + finalize + shareReplay, by hand');
    const hand = registryByHand((id: string) => other.get(id));
    other.watch(hand);

    const poll = { count: 3, delay: 700 };
    const polling = [];
    for (const name of ['Ada', 'Ben']) {
      polling.push(load('score').pipe(caller(name), repeat(poll)).forEach(observer(name).next));
      polling.push(hand.load('score').pipe(other.caller(name), repeat(poll)).forEach(other.observer(name).next));
      await wait(0.3);
    }
    await Promise.allSettled(polling);
  },
};
