import { timer } from 'rxjs';
import { coalesced } from 'rxjs-coalesce';
import type { Scene } from './scene.js';

export const linger: Scene = {
  id: 'linger',
  title: 'Linger over a remount',
  caption: [
    'A component unmounts and mounts again. For a moment nobody waits (the bar is hollow).',
    'resetOnRefCountZero keeps the flight going for a second, so the new mount joins it.',
  ],
  settings: { latency: 1400 },
  lasts: 1.7,
  async play({ get, watch, caller, observer, wait }) {
    const load = coalesced((id: string) => get(id), { resetOnRefCountZero: () => timer(1000) });
    watch(load.inFlight);

    const mounted = load('chart').pipe(caller('first mount')).subscribe(observer('first mount'));
    await wait(0.35);
    mounted.unsubscribe();
    await wait(0.2);
    load('chart').pipe(caller('second mount')).subscribe(observer('second mount'));
  },
};
