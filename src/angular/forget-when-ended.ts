import { HttpEventType, type HttpEvent } from '@angular/common/http';
import { defer, tap, type Observable } from 'rxjs';

/**
 * Sends a request, and calls `forget` when it has ended, before its caller is notified: at its response, at its error, when it
 * completes without either, or when it is unsubscribed.
 */
export function forgetWhenEnded(
  request: Observable<HttpEvent<unknown>>,
  forget: () => void,
): Observable<HttpEvent<unknown>> {
  return defer(() => {
    let answered = false;
    const forgetUnlessAnswered = (): void => {
      // Requests that were sent after the response must not be forgotten.
      if (!answered) {
        forget();
      }
    };
    return request.pipe(
      tap({
        next: ({ type }) => {
          if (type === HttpEventType.Response) {
            answered = true;
            forget();
          }
        },
        error: forget,
        complete: forgetUnlessAnswered,
        unsubscribe: forgetUnlessAnswered,
      }),
    );
  });
}
