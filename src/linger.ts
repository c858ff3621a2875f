import { defer, Observable, take, type ObservableInput } from 'rxjs';
import { reportUnhandled } from './report-unhandled.js';

/**
 * The notifier of `resetOnRefCountZero` as `share()` may safely have it: `free` runs before `share()` hears of its value,
 * and whatever it throws, when made, subscribed to or torn down, is reported instead of reaching a caller.
 */
export function linger(notifier: () => ObservableInput<unknown>, free: () => void): Observable<unknown> {
  return new Observable((subscriber) => {
    const subscription = defer(notifier)
      .pipe(take(1))
      .subscribe({
        next: (value) => {
          free();
          subscriber.next(value);
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
      });
    return () => {
      try {
        subscription.unsubscribe();
      } catch (error) {
        reportUnhandled(error);
      }
    };
  });
}
