import { defer, Observable, take, type ObservableInput } from 'rxjs';
import { reportUnhandled } from './report-unhandled.js';

/** What waits for a notifier after its last caller has left. */
export interface Lingering {
  /** Whether it still waits: nobody has joined, and it has not ended. */
  readonly lingers: boolean;
  /** Drops the notifier that is awaited. */
  drop: (() => void) | undefined;
  cancel(): void;
  dropped(): void;
}

/**
 * The notifier of `resetOnRefCountZero`, as `share()` may safely have it.
 *
 * The key is free before `share()` hears of a value, and before the notifier is torn down because the flight has ended; whatever
 * the notifier throws, when made, subscribed to or torn down, is reported instead of reaching a caller; and it is
 * dropped where it brings a caller, or the end, before `share()` holds its subscription.
 */
export function linger(notifier: () => ObservableInput<unknown>, flight: Lingering): Observable<unknown> {
  return new Observable((subscriber) => {
    const subscription = defer(notifier)
      .pipe(take(1))
      .subscribe({
        next: (value) => {
          if (flight.lingers) {
            // Before share() tears down the source.
            flight.cancel();
            subscriber.next(value);
          }
        },
        error: reportUnhandled,
      });
    const drop = (): void => {
      try {
        subscription.unsubscribe();
      } catch (error) {
        reportUnhandled(error);
      }
    };
    // One that was made meanwhile, for a caller that the making of this one brought and that has left again.
    flight.drop?.();
    flight.drop = drop;
    if (!flight.lingers) {
      drop();
    }
    return () => {
      flight.dropped();
      flight.drop?.();
    };
  });
}
