import { defer, finalize, ReplaySubject, share, shareReplay } from 'rxjs';
import { coalesced } from '../../dist/index.mjs';

/** How callers of `fn` can share its runs, for callers who speak Observables: each makes `lead` and `join` of `fn`. */
export const observables = {
  'rxjs-coalesce': {
    lacks: '',
    load: () => (fn) => {
      const call = coalesced(fn);
      return { lead: call, join: call };
    },
  },
  bare: {
    lacks: 'no registry: whoever joins must have been handed the Observable',
    load: () => (fn) => {
      let handle;
      return {
        lead: (key) => (handle = defer(() => fn(key)).pipe(share({ connector: () => new ReplaySubject() }))),
        join: () => handle,
      };
    },
  },
  idiom: {
    lacks: 'frees the key after it notifies: a retry joins the dead run; keeps keys of calls never subscribed',
    load: () => (fn) => {
      const calls = new Map();
      const call = (key) => {
        let shared = calls.get(key);
        if (shared === undefined) {
          shared = defer(() => fn(key)).pipe(
            finalize(() => calls.delete(key)),
            shareReplay({ bufferSize: 1, refCount: true }),
          );
          calls.set(key, shared);
        }
        return shared;
      };
      return { lead: call, join: call };
    },
  },
};
