/// <reference lib="esnext.disposable" preserve="true" />
import type { InFlightCalls } from '../flight/in-flight-calls.js';

/**
 * A registry whose flights are shared with those of the same name in other tabs, threads, processes or machines.
 *
 * It goes wherever `inFlight` goes. `size`, `has`, `keys` and `callers` are this participant's own; `forget` and `abort` reach everywhere, also where
 * nothing is in flight here; `events` also tell `lead`, `follow` and `apart`. Nothing is synchronous: a flight begins when its key has been claimed.
 *
 * @typeParam K - the type of the keys
 * @typeParam T - the type of the values that the flights emit
 */
export interface AcrossInFlightCalls<in out K, in out T = unknown> extends InFlightCalls<K, T>, AsyncDisposable {
  /**
   * Withdraws from the others: flights led here go on for the callers here, those followed here are treated as if their leader had died,
   * and later flights run apart. What was opened here is closed, and never a client that was passed in.
   *
   * @returns a promise that resolves when all is closed
   */
  close(): Promise<void>;
}
