/// <reference lib="esnext.disposable" preserve="true" />
import type { InFlightCalls } from '../flight/in-flight-calls.js';

/**
 * A registry whose flights are shared with the registries of the same name in other tabs, threads, processes or machines. Exported by
 * `rxjs-coalesce/web` and `rxjs-coalesce/redis`.
 *
 * Pass it as `inFlight` to any function of this library. Only the timing changes: the function is not called in the same tick, but once
 * its key has been claimed. `size`, `has`, `keys` and `callers` count only what is in flight in this tab, thread or process. `forget` and
 * `abort` reach all the others, even if nothing is in flight here. `events` also emits `lead`, `follow` and `apart`.
 *
 * @typeParam K - the type of the keys
 * @typeParam T - the type of the values that the flights emit
 */
export interface AcrossInFlightCalls<in out K, in out T = unknown> extends InFlightCalls<K, T>, AsyncDisposable {
  /**
   * Stops sharing with the others. Flights that run here go on for the callers here. Flights that run elsewhere are treated as if their
   * leader had died. Later flights run apart. Connections and channels that the registry has opened are closed; a client that was
   * passed in is not.
   *
   * @returns a promise that resolves when all of that is closed
   */
  close(): Promise<void>;
}
