import { Observable, Subscription } from 'rxjs';
import { rawResponse, type HttpResponse } from './http-response.js';

/** Unsubscribes from the source if the response closes because its client has disconnected, and goes on with `afterwards()`. */
export function untilClosed<T>(
  response: HttpResponse,
  source: Observable<T>,
  afterwards: () => Observable<never>,
): Observable<T> {
  return new Observable((subscriber) => {
    const raw = rawResponse(response);
    const subscription = new Subscription();
    const leave = () => {
      subscription.unsubscribe();
      subscriber.add(afterwards().subscribe(subscriber));
    };
    if (raw.destroyed === true) {
      leave();
      return;
    }
    raw.once('close', leave);
    subscriber.add(() => raw.off('close', leave));
    subscriber.add(subscription);
    subscription.add(
      source.subscribe({
        next: (value) => subscriber.next(value),
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
  });
}
