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

/** An event of a request, and what a caller that joins after it gets. */
export interface KeptEvent {
  readonly event: HttpEvent<unknown>;
  /** The events so far that are not outdated, including this one. */
  readonly kept: readonly HttpEvent<unknown>[];
}

/**
 * Joins or leads a request, and emits its events.
 *
 * A flight would replay all of them, and each download progress event contains all the text so far. So each value of the flight
 * contains an event and the events that are worth a replay, and the flight replays only its last value.
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
        // If a handler of the replay makes the request emit, the rest of the replay must come first: both read the same iterator.
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
