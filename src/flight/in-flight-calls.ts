import type { Observable, ObservableInput } from 'rxjs';
import type { FlightConfig } from '../config/flight-config.js';
import type { FlightEvent } from './flight-event.js';
import { Registry } from './registry.js';

/**
 * The calls in flight, by key: what a face of this library looks a call up in, and what a program may watch and steer.
 *
 * A key is here exactly as long as a call with it would join its flight. Keys are compared as a `Map` compares them.
 *
 * @typeParam K - the type of the keys
 * @typeParam T - the type of the values that the flights emit
 * @see {@link inFlightCalls} makes one.
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
   * Frees the key at once: new callers start afresh, present callers keep the old flight, which {@link InFlightCalls.abort}
   * no longer reaches. For a read that must not join one started before a write. When nobody waits on it any more, the old
   * flight is cancelled without waiting for a notifier of `resetOnRefCountZero`; with `false` it goes on.
   *
   * @returns whether there was a flight
   */
  forget(key: K): boolean;

  /**
   * Frees the key and ends its flight: every caller gets `reason` as its error or rejection, then the source is torn down.
   *
   * @param key - the key of the flight
   * @param reason - what the callers get; by default a `DOMException` named `AbortError`, as from `AbortController.abort()`
   * @returns whether there was a flight
   */
  abort(key: K, reason?: unknown): boolean;

  /** Frees every key, then does for each flight what {@link InFlightCalls.forget} does. A call made meanwhile is not hit. */
  forgetAll(): void;

  /**
   * Frees every key, then ends each flight as {@link InFlightCalls.abort} does. A call made meanwhile is not hit.
   *
   * @param reason - what the callers get; by default a `DOMException` named `AbortError`
   */
  abortAll(reason?: unknown): void;

  /**
   * What happens to flights, as it happens: each event comes after the key is freed, and before callers are notified and the source
   * is torn down. It never ends, replays nothing, and costs nothing while nobody listens.
   */
  readonly events: Observable<FlightEvent<K>>;

  /**
   * A call of its own, the primitive under all the others: each subscription to the result joins the flight of `key`, or
   * runs `start` and leads a new one.
   *
   * @param key - the key, compared as a `Map` compares
   * @param start - the run; a throw, or a result that is no `ObservableInput`, is an error notification to the flight's callers
   * @param config - how the flight is shared, if this call leads it
   * @returns an Observable that does nothing before it is subscribed
   * @throws TypeError if `start` is no function or `config` is wrong
   */
  join(key: K, start: () => ObservableInput<T>, config?: FlightConfig): Observable<T>;
}

/**
 * Makes a registry of calls in flight, to share between faces, to watch, or to steer.
 *
 * Two registries never share a flight. Each {@link coalesced} function, and each application of {@link coalesceBy}, has one of
 * its own unless it is given one.
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
