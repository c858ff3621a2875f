import { defer, take, type ObservableInput } from 'rxjs';
import { reportUnhandled } from './report-unhandled.js';

/**
 * Subscribes to the notifier of `resetOnRefCountZero`, and calls back on its first value; returns how to unsubscribe from it.
 *
 * Whatever it throws, when made, subscribed to or torn down, is reported, and reaches no caller.
 */
export function linger(notifier: () => ObservableInput<unknown>, next: () => void): () => void {
  const subscription = defer(notifier).pipe(take(1)).subscribe({ next, error: reportUnhandled });
  return () => {
    try {
      subscription.unsubscribe();
    } catch (error) {
      reportUnhandled(error);
    }
  };
}
