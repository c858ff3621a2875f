import type { ObservableInput } from 'rxjs';

/**
 * How callers share a flight. The names mean the same as in `shareReplay` and `share` of RxJS.
 *
 * The configuration of the leader, the call that starts a flight, applies to the whole flight.
 *
 * @see {@link https://rxjs.dev/api/operators/share | share}
 * @see {@link https://rxjs.dev/api/index/interface/ShareReplayConfig | ShareReplayConfig}
 */
export interface FlightConfig {
  /**
   * How many of the latest values a late caller gets: an integer of at least 0, or `Infinity`.
   * A finite number also bounds the memory of a flight that emits for a long time.
   *
   * @defaultValue `Infinity`: everything that this flight has emitted
   */
  bufferSize?: number | undefined;

  /**
   * What happens when the last caller leaves before the end. `true` cancels the flight. `false` lets it go on to its end; calls
   * may still join it. A function returns a notifier: its first value cancels the flight, unless a call has joined by then.
   * A notifier that completes without a value, throws, errors or is not an `ObservableInput` never cancels; its error is
   * reported as an unhandled error. If a flight fails while nobody waits for it, only the registry's `events` report the error.
   *
   * @defaultValue `true`
   */
  resetOnRefCountZero?: boolean | (() => ObservableInput<unknown>) | undefined;
}
