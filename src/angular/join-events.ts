import { HttpEventType, type HttpEvent } from '@angular/common/http';
import {
  concat,
  defer,
  EMPTY,
  materialize,
  mergeMap,
  scan,
  throwError,
  type Observable,
  type ObservableInput,
  type ObservableNotification,
} from 'rxjs';
import type { FlightSettings } from '../config/flight-settings.js';
import type { InFlightCalls } from '../flight/in-flight-calls.js';

/** An event of a request, and what a caller that joins next is told in its place. */
export interface KeptEvent {
  readonly event: HttpEvent<unknown>;
  /** What came and is not outdated, the event itself included. */
  readonly kept: readonly HttpEvent<unknown>[];
}

/**
 * Joins or leads a request, and emits its events.
 *
 * A flight would replay all of them, and each progress of a download holds all the text so far. So the flight has each
 * event along with what is worth a replay, and replays one at most.
 */
export function joinEvents(
  inFlight: InFlightCalls<unknown, KeptEvent>,
  key: unknown,
  request: Observable<HttpEvent<unknown>>,
  { bufferSize, resetOnRefCountZero }: FlightSettings,
): Observable<HttpEvent<unknown>> {
  const keep = ({ kept }: Pick<KeptEvent, 'kept'>, event: HttpEvent<unknown>): KeptEvent => ({
    event,
    kept: [...kept.filter((earlier) => !isOutdated(earlier, event)), event].slice(-Math.max(bufferSize, 1)),
  });
  const start = (): Observable<KeptEvent> =>
    request.pipe(scan<HttpEvent<unknown>, KeptEvent, Pick<KeptEvent, 'kept'>>(keep, { kept: [] }));
  const events = inFlight.join(key, start, { bufferSize: Math.min(bufferSize, 1), resetOnRefCountZero });
  return defer(() => {
    let replay: IterableIterator<HttpEvent<unknown>> = [].values();
    return events.pipe(
      materialize(),
      mergeMap((notification, index) => {
        if (notification.kind === 'N' && index === 0) {
          replay = notification.value.kept.values();
          return replay;
        }
        // The rest of the replay comes first, where its handler makes the request go on: it is one iterator for both.
        return concat(replay, rest(notification));
      }),
    );
  });
}

function rest(notification: ObservableNotification<KeptEvent>): ObservableInput<HttpEvent<unknown>> {
  switch (notification.kind) {
    case 'N':
      return [notification.value.event];
    case 'E':
      return throwError(() => notification.error as unknown);
    case 'C':
      return EMPTY;
  }
}

function isOutdated({ type }: HttpEvent<unknown>, by: HttpEvent<unknown>): boolean {
  return type === by.type && (type === HttpEventType.UploadProgress || type === HttpEventType.DownloadProgress);
}
