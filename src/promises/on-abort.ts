import { abortReason } from '../flight/abort-reason.js';
import { reporting } from '../flight/reporting.js';

/** The callbacks for one signal, and the listener that calls them. */
class Callbacks {
  readonly callbacks = new Set<(reason: unknown) => void>();
  readonly listener: () => void;

  constructor(signal: AbortSignal) {
    this.listener = () => {
      for (const callback of this.callbacks) {
        reporting(() => {
          callback(abortReason(signal.reason));
        });
      }
    };
  }
}

const waitingFor = /* @__PURE__ */ new WeakMap<AbortSignal, Callbacks>();

/**
 * Calls back when the signal aborts, or at once if it has, unless the returned function is called before.
 *
 * It adds one listener to each signal: on a server, many calls may share one signal, and Node warns about more than ten listeners.
 */
export function onAbort(signal: AbortSignal, callback: (reason: unknown) => void): () => void {
  const waiting = waitingFor.get(signal) ?? new Callbacks(signal);
  const { callbacks, listener } = waiting;
  if (signal.aborted) {
    callback(abortReason(signal.reason));
  } else if (callbacks.add(callback).size === 1) {
    waitingFor.set(signal, waiting);
    signal.addEventListener('abort', listener);
  }
  return () => {
    if (callbacks.delete(callback) && callbacks.size === 0) {
      waitingFor.delete(signal);
      signal.removeEventListener('abort', listener);
    }
  };
}
