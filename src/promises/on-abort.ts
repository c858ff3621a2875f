import { abortReason } from '../flight/abort-reason.js';
import { reportUnhandled } from '../flight/report-unhandled.js';

/** The callbacks for one signal, and the listener that calls them. */
function waitingOn(signal: AbortSignal) {
  const callbacks = new Set<(reason: unknown) => void>();
  const listener = (): void => {
    for (const callback of callbacks) {
      try {
        callback(abortReason(signal.reason));
      } catch (error) {
        reportUnhandled(error);
      }
    }
  };
  return { callbacks, listener };
}

const waitingFor = /* @__PURE__ */ new WeakMap<AbortSignal, ReturnType<typeof waitingOn>>();

/**
 * Calls back when the signal aborts, or at once if it has, unless the returned function is called before.
 *
 * It adds one listener to each signal: on a server, many calls may share one signal, and Node warns about more than ten listeners.
 */
export function onAbort(signal: AbortSignal, callback: (reason: unknown) => void): () => void {
  const waiting = waitingFor.get(signal) ?? waitingOn(signal);
  const { callbacks, listener } = waiting;
  if (signal.aborted) {
    callback(abortReason(signal.reason));
  } else if (callbacks.add(callback).size === 1) {
    waitingFor.set(signal, waiting);
    signal.addEventListener('abort', listener);
  }
  return () => {
    callbacks.delete(callback);
    if (callbacks.size === 0) {
      signal.removeEventListener('abort', listener);
    }
  };
}
