import { retry } from 'rxjs';
import { coalesced } from 'rxjs-coalesce';
import type { Scene } from './scene.js';

export const sharedRetry: Scene = {
  id: 'shared-retry',
  title: 'Error and shared retry',
  caption: [
    'The first request fails, and each of the three callers retries.',
    'An error is shared but not kept, so their retries share one second attempt.',
  ],
  settings: { broken: 1 },
  lasts: 3,
  async play({ get, watch, caller, observer, wait }) {
    const load = coalesced((id: string) => get(id));
    watch(load.inFlight);

    for (const name of ['Ada', 'Ben', 'Cleo']) {
      load('prices').pipe(caller(name), retry(1)).subscribe(observer(name));
      await wait(0.25);
    }
  },
};
