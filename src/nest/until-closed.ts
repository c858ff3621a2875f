import { Observable, Subscription } from 'rxjs';
import { rawResponse, type HttpResponse } from './http-response.js';

/**
 * Leaves the source when the response closes, because its client has hung up, and goes on with what `afterwards` gives.
 */
export function untilClosed<T>(
  response: HttpResponse,
  source: Observable<T>,
  afterwards: () => Observable<never>,
): Observable<T> {
  return new Observable((subscriber) => {
    const raw = rawResponse(response);
    const waiting = new Subscription();
    const leave = () => {
      waiting.unsubscribe();
      subscriber.add(afterwards().subscribe(subscriber));
    };
    if (raw.destroyed === true) {
      leave();
      return;
    }
    raw.once('close', leave);
    subscriber.add(() => raw.off('close', leave));
    subscriber.add(waiting);
    waiting.add(
      source.subscribe({
        next: (value) => subscriber.next(value),
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
  });
}
