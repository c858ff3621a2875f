import type { ObservableInput } from 'rxjs';

/**
 * How the callers of one flight share it; names and meaning as in RxJS `shareReplay` and `share`.
 *
 * The configuration of the call that starts a flight, its leader, holds for the whole flight.
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
   * What happens when the last caller leaves before the end. `true` cancels the flight, `false` lets it go on to its end,
   * joinable all the while, and a function makes a notifier whose first value cancels, unless somebody has joined by then.
   * A notifier that completes without a value, throws, errors or is no `ObservableInput` never cancels; its failure is
   * reported as an unhandled error. What a flight fails with that nobody waits on is told to {@link InFlightCalls.events} alone.
   *
   * @defaultValue `true`
   */
  resetOnRefCountZero?: boolean | (() => ObservableInput<unknown>) | undefined;
}
