import type { Observable, ObservableInput } from 'rxjs';
import type { FlightConfig } from '../config/flight-config.js';
import type { FlightEvent } from './flight-event.js';
import { Registry } from './registry.js';

/**
 * The calls in flight, by key. All functions of this library look their calls up in such a registry, and your program can watch and
 * control it.
 *
 * A key is in the registry exactly as long as a call with this key would join its flight. Keys are compared as a `Map` compares keys.
 *
 * @typeParam K - the type of the keys
 * @typeParam T - the type of the values that the flights emit
 * @see {@link inFlightCalls} creates one.
 */
export interface InFlightCalls<in out K, in out T = unknown> {
  /** How many keys are in flight. */
  readonly size: number;

  /** Whether a call with this key would join a flight. */
  has(key: K): boolean;

  /** The keys in flight, in the order in which their flights started. */
  keys(): IterableIterator<K>;

  /** How many callers wait on the flight of this key; 0 if there is none. */
  callers(key: K): number;

  /**
   * Frees the key at once. New callers start a fresh flight. Present callers keep the old flight, and {@link InFlightCalls.abort} no
   * longer reaches it. Call it after a write, so that later reads do not join a read that started before.
   *
   * When its last caller leaves, or if nobody waits for it now, the old flight is cancelled at once, even if `resetOnRefCountZero` is a
   * notifier. If `resetOnRefCountZero` is `false`, it goes on.
   *
   * @returns whether there was a flight
   */
  forget(key: K): boolean;

  /**
   * Frees the key and ends its flight: every caller gets `reason` as its error or rejection, then the run is torn down.
   *
   * A promise function whose leader passed no signal cannot be stopped: its callers are rejected, its work goes on, and its result is
   * dropped. `fromAbortable` always gives a signal.
   *
   * @param key - the key of the flight
   * @param reason - the error that the callers get; by default a `DOMException` named `AbortError`, as from `AbortController.abort()`
   * @returns whether there was a flight
   */
  abort(key: K, reason?: unknown): boolean;

  /** Frees every key, then does for each flight what {@link InFlightCalls.forget} does. Calls made meanwhile start fresh flights. */
  forgetAll(): void;

  /**
   * Frees every key, then ends each flight as {@link InFlightCalls.abort} does. Calls made meanwhile start fresh flights.
   *
   * @param reason - the error that the callers get; by default a `DOMException` named `AbortError`
   */
  abortAll(reason?: unknown): void;

  /**
   * Emits what happens to flights. An event about an end is emitted after the key is freed, and before callers are notified and the run
   * is torn down. It never completes, replays nothing, and costs nothing while nobody listens.
   */
  readonly events: Observable<FlightEvent<K>>;

  /**
   * Makes a call with this key. The other functions are built on it: each subscription to the result joins the flight of `key`, or runs
   * `start` and leads a new flight.
   *
   * @param key - the key, compared as a `Map` compares keys
   * @param start - the run; if it throws, or its result is not an `ObservableInput`, the flight's callers get an error notification
   * @param config - how the flight is shared, if this call leads it
   * @returns an Observable that does nothing until it is subscribed
   * @throws TypeError if `start` is not a function or `config` is wrong
   */
  join(key: K, start: () => ObservableInput<T>, config?: FlightConfig): Observable<T>;
}

/**
 * Creates a registry of calls in flight: pass it to several functions as `inFlight`, watch it, or control it.
 *
 * Two registries never share a flight. Each {@link coalesced} function, and each application of {@link coalesceBy}, has a registry of
 * its own unless it is given one. Give a registry its type arguments, also inside a configuration.
 *
 * @typeParam K - the type of the keys
 * @typeParam T - the type of the values that the flights emit
 * @returns an empty registry
 *
 * @example
 * ```ts
 * import { timer } from 'rxjs';
 * import { inFlightCalls } from 'rxjs-coalesce';
 *
 * const inFlight = inFlightCalls<string, number>();
 * inFlight.events.subscribe(({ type, key, callers }) => console.log(type, key, callers));
 *
 * const answer = inFlight.join('answer', () => timer(10));
 * answer.subscribe();
 * answer.subscribe();
 *
 * // Output:
 * // start answer 1
 * // join answer 2
 * // complete answer 2
 * ```
 */
export function inFlightCalls<K, T>(): InFlightCalls<K, T> {
  return new Registry<K, T>();
}
