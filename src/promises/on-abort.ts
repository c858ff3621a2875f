import { reporting } from '../flight/reporting.js';

/** Those who wait for one signal, and the listener that calls them back. */
class Waiting {
  readonly callbacks = new Set<() => void>();

  readonly listener = (): void => {
    for (const callback of this.callbacks) {
      reporting(callback);
    }
  };
}

const waitingFor = /* @__PURE__ */ new WeakMap<AbortSignal, Waiting>();

/**
 * Calls back when the signal aborts, until the returned function is called.
 *
 * By one listener for each signal: a server's calls share theirs, and Node warns of more than ten listeners.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let waiting = waitingFor.get(signal);
  if (waiting === undefined) {
    waiting = new Waiting();
    waitingFor.set(signal, waiting);
    signal.addEventListener('abort', waiting.listener);
  }
  const { callbacks, listener } = waiting;
  callbacks.add(callback);
  return () => {
    if (callbacks.delete(callback) && callbacks.size === 0) {
      waitingFor.delete(signal);
      signal.removeEventListener('abort', listener);
    }
  };
}
