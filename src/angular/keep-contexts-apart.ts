import { untracked } from '@angular/core';
import { Observable, type Subscriber } from 'rxjs';

interface WithZone {
  readonly Zone?: { readonly current: { run(callback: () => void): void } };
}

/**
 * Keeps the context of a caller apart from the context of later interceptors.
 *
 * Later interceptors are subscribed and torn down untracked by signals: an effect that sends a request does not depend on
 * what they read, and they may write signals. With zone.js, each caller is notified in the zone in which it subscribed: a flight
 * emits in the zone of its leader, and change detection misses notifications outside of Angular's zone.
 */
export function keepContextsApart<T>(source: Observable<T>): Observable<T> {
  return new Observable((caller) => {
    const zone = (globalThis as WithZone).Zone?.current;
    const subscriber = subscriberBefore(caller, (notify) => {
      if (zone === undefined) {
        notify();
      } else {
        zone.run(notify);
      }
    });
    // Added before subscribing, because a caller may leave while it is notified.
    caller.add(() => {
      untracked(() => {
        subscriber.unsubscribe();
      });
    });
    untracked(() => source.subscribe(subscriber));
  });
}

/** A subscriber with finalizers of its own. It notifies the destination through `run`. */
function subscriberBefore<T>(destination: Subscriber<T>, run: (notify: () => void) => void): Subscriber<T> {
  let subscriber!: Subscriber<T>;
  new Observable<T>((created) => {
    subscriber = created;
  }).subscribe({
    next: (value) => {
      run(() => {
        destination.next(value);
      });
    },
    error: (error: unknown) => {
      run(() => {
        destination.error(error);
      });
    },
    complete: () => {
      run(() => {
        destination.complete();
      });
    },
  });
  return subscriber;
}
