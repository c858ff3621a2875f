import { abortReason } from '../flight/abort-reason.js';
import { reporting } from '../flight/reporting.js';

/** Those who wait for one signal, and the listener that calls them back. */
class Waiting {
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

const waitingFor = /* @__PURE__ */ new WeakMap<AbortSignal, Waiting>();

/**
 * Calls back when the signal aborts, at once where it has, until the returned function is called.
 *
 * By one listener for each signal: a server's calls share theirs, and Node warns of more than ten listeners.
 */
export function onAbort(signal: AbortSignal, callback: (reason: unknown) => void): () => void {
  const waiting = waitingFor.get(signal) ?? new Waiting(signal);
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
