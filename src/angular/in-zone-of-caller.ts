import { Observable } from 'rxjs';

interface WithZone {
  readonly Zone?: { readonly current: { run(callback: () => void): void } };
}

/**
 * Notifies each subscriber in the zone in which it subscribed, where zone.js is present. A flight emits in the zone of its
 * leader, and change detection would miss what a caller hears outside of Angular's.
 */
export function inZoneOfCaller<T>(source: Observable<T>): Observable<T> {
  return new Observable((subscriber) => {
    const zone = (globalThis as WithZone).Zone?.current;
    return zone === undefined
      ? source.subscribe(subscriber)
      : source.subscribe({
          next: (value) => {
            zone.run(() => {
              subscriber.next(value);
            });
          },
          error: (error: unknown) => {
            zone.run(() => {
              subscriber.error(error);
            });
          },
          complete: () => {
            zone.run(() => {
              subscriber.complete();
            });
          },
        });
  });
}
