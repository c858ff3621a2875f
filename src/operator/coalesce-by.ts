import { Observable, type ObservableInput, type ObservedValueOf, type OperatorFunction } from 'rxjs';
import type { CoalesceByConfig } from './coalesce-by-config.js';
import { expectFunction } from '../config/expect-function.js';
import { flightSettings } from '../config/flight-settings.js';
import { KeyedCalls, type Coalescing } from './keyed-calls.js';
import { registryOf } from '../flight/registry-of.js';
import { unexpected } from '../config/unexpected.js';
import type { ResultSelector } from './waiting.js';

/**
 * Calls `project` for each source value, as `mergeMap` does, except that values with equal keys that overlap in time share one run.
 *
 * Each source value is a call. If a flight (a run) with its key exists, the value joins it. If not, the value leads a new flight, which
 * runs `project`. Everything that the flight emits is emitted once for each value that waits on it. The key is freed before anybody is
 * notified of the end, so the next value with that key starts a fresh run. A value that the source emits inside `next` of the flight
 * that it would join waits for the flight's next notification; if the flight ends, the value starts a fresh run. (With `'ignore'` such a
 * value is dropped.)
 *
 * With a `resultSelector`, each value gets its own answer: for everything that the flight emits, it is called once with each value
 * that waits.
 *
 * If `keyFn` or `resultSelector` throws, only this subscriber gets the error. If a run fails, `project` throws, or its result is not
 * an `ObservableInput`, every subscriber that waits on that flight gets the error.
 *
 * The result completes when the source has completed, all values have been answered, and the last run that this subscriber leads has
 * been torn down. With `concurrent`, too, the next run starts only when an earlier one has been torn down.
 *
 * The registry belongs to the application of the operator to one source, and the subscribers of that result share it. To share with
 * others, pass a registry as `inFlight`. The operator coalesces calls, not emissions: it never merges values, and drops them only with
 * `'ignore'`. If the source emits re-entrantly, the order between waiting values of one key is not specified.
 *
 * @param keyFn - computes the key of a source value from the value and its index; keys are compared as a `Map` compares keys
 * @param project - the run for a source value and its index; called for the leader only
 * @param config - `duplicates`: `'join'` (default) or `'ignore'`; `concurrent`: how many flights to lead at the same time, by default
 * `Infinity`; `resultSelector`: makes an answer of a source value, a result of its run and the value's index, by default the
 * result; `inFlight`, `bufferSize` and `resetOnRefCountZero` as for {@link coalesced}
 * @returns an operator function
 * @throws TypeError if `keyFn`, `project` or `resultSelector` is not a function, or another part of `config` is wrong
 * @see {@link coalesced} for a function instead of a pipeline
 * @see {@link https://rxjs.dev/api/operators/mergeMap | mergeMap}, {@link https://rxjs.dev/api/operators/exhaustMap | exhaustMap}
 *
 * @example
 * ```ts
 * import { map, of, timer } from 'rxjs';
 * import { coalesceBy } from 'rxjs-coalesce';
 *
 * let runs = 0;
 * const price = (product: string) => timer(10).pipe(map(() => `price ${++runs} of ${product}`));
 * const orders = of({ id: 1, product: 'a' }, { id: 2, product: 'b' }, { id: 3, product: 'a' });
 *
 * orders
 *   .pipe(
 *     coalesceBy(
 *       ({ product }) => product,
 *       ({ product }) => price(product),
 *       { resultSelector: ({ id }, answer) => `order ${id}: ${answer}` },
 *     ),
 *   )
 *   .subscribe((answer) => console.log(answer));
 *
 * // Output:
 * // order 1: price 1 of a
 * // order 3: price 1 of a
 * // order 2: price 2 of b
 * ```
 */
export function coalesceBy<T, K, O extends ObservableInput<any>, R>(
  keyFn: (value: T, index: number) => K,
  project: (value: T, index: number) => O,
  config: CoalesceByConfig<K, ObservedValueOf<O>> & {
    resultSelector: (value: T, result: ObservedValueOf<O>, index: number) => R;
  },
): OperatorFunction<T, R>;
export function coalesceBy<T, K, O extends ObservableInput<any>>(
  keyFn: (value: T, index: number) => K,
  project: (value: T, index: number) => O,
  config?: CoalesceByConfig<K, ObservedValueOf<O>>,
): OperatorFunction<T, ObservedValueOf<O>>;
export function coalesceBy<V, K, T, R>(
  keyFn: (value: V, index: number) => K,
  project: (value: V, index: number) => ObservableInput<T>,
  config: CoalesceByConfig<K, T> & { resultSelector?: ResultSelector<V, T, R> } = {},
): OperatorFunction<V, R> {
  expectFunction('coalesceBy', 'keyFn', keyFn);
  expectFunction('coalesceBy', 'project', project);
  const settings = flightSettings('coalesceBy', config, 'project', project);
  const { duplicates = 'join', concurrent = Infinity, resultSelector, inFlight } = config;
  if (duplicates !== 'join' && (duplicates as unknown) !== 'ignore') {
    throw unexpected('coalesceBy', 'duplicates', `'join' or 'ignore'`, duplicates);
  }
  if (!(concurrent === Infinity || (Number.isInteger(concurrent) && concurrent >= 1))) {
    throw unexpected('coalesceBy', 'concurrent', 'an integer of at least 1 or Infinity', concurrent);
  }
  if (resultSelector !== undefined) {
    expectFunction('coalesceBy', 'resultSelector', resultSelector);
  }
  // Only checks it: each application without one gets a registry of its own, below.
  registryOf('coalesceBy', inFlight);

  return (source) => {
    const coalescing: Coalescing<V, K, T, R> = {
      inFlight: registryOf('coalesceBy', inFlight),
      keyFn,
      project,
      settings,
      duplicates,
      concurrent,
      resultSelector,
    };
    return new Observable((destination) => {
      const calls = new KeyedCalls(coalescing, destination);
      // The subscriber to the source is known to the destination before the source can emit, so that leaving stops a firehose.
      new Observable<V>((inlet) => {
        destination.add(inlet);
        destination.add(calls);
        source.subscribe(inlet);
      }).subscribe(calls);
    });
  };
}
