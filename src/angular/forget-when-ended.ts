import { HttpEventType, type HttpEvent } from '@angular/common/http';
import { defer, tap, type Observable } from 'rxjs';

/**
 * Sends a request, and forgets when it has ended, before its caller is notified: at its response, at its error, when it
 * completes without either, and when it is unsubscribed before.
 */
export function forgetWhenEnded(
  request: Observable<HttpEvent<unknown>>,
  forget: () => void,
): Observable<HttpEvent<unknown>> {
  return defer(() => {
    let answered = false;
    const forgetUnlessAnswered = (): void => {
      // What has been asked since the response is as fresh as can be.
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
