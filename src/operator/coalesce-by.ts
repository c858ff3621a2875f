import { Observable, type ObservableInput, type ObservedValueOf, type OperatorFunction } from 'rxjs';
import type { CoalesceByConfig } from './coalesce-by-config.js';
import { expectFunction } from '../config/expect-function.js';
import { flightSettings } from '../config/flight-settings.js';
import { KeyedCalls, type Coalescing } from './keyed-calls.js';
import { registryOf } from '../flight/registry-of.js';
import { Registry } from '../flight/registry.js';
import { unexpected } from '../config/unexpected.js';
import type { ResultSelector } from './waiting.js';

/**
 * Calls `project` for each source value, as `mergeMap` does, except that values with equal keys that overlap share one run.
 *
 * Each source value is a call: it joins the flight of its key, or leads a new one by `project`, and is answered by everything that
 * the flight emits. The key is free before anyone is notified of the end, so that the next value of the key runs afresh.
 * The operator function is referentially transparent; its registry belongs to one application to a source and is shared
 * by that result's subscribers, and `inFlight` shares wider. A throw of `keyFn` or `resultSelector` is an error to this subscriber
 * alone; an error of a run, a throw of `project`, or a result that is no `ObservableInput`, is an error to all who wait on that flight.
 *
 * A `resultSelector` makes the answers: for everything that a flight emits it is called once with each value that waits there, so that
 * each is answered by its own. As `mergeMap` does, it completes when the last run that it leads has been torn down; with `concurrent`,
 * the next run starts only then, too.
 *
 * A value that the source emits from inside a `next` of the flight that it would join waits for the flight's next notification, as a
 * call of {@link coalesced} does; with `'ignore'` it is dropped.
 *
 * It coalesces calls, not emissions: no value is merged with another, delayed or, with `'join'`, dropped.
 * Where the source emits re-entrantly, the order between waiting values of one key is unspecified.
 *
 * @param keyFn - the key of a source value, given its index; compared as a `Map` compares
 * @param project - the run for a source value, given its index, made by the leader only
 * @param config - `duplicates`: `'join'` (default) or `'ignore'`; `concurrent`: how many flights to lead at once, by default
 * `Infinity`; `resultSelector`: makes an answer of a source value, a result of its run and the index of the value, by default the
 * result; `inFlight`, `bufferSize` and `resetOnRefCountZero` as for {@link coalesced}
 * @returns an operator function
 * @throws TypeError if `keyFn`, `project` or `resultSelector` is no function, or `config` is wrong otherwise
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
  const { duplicates = 'join', concurrent = Infinity, resultSelector } = config;
  if (duplicates !== 'join' && (duplicates as unknown) !== 'ignore') {
    throw unexpected('coalesceBy', 'duplicates', `'join' or 'ignore'`, duplicates);
  }
  if (!(concurrent === Infinity || (Number.isInteger(concurrent) && concurrent >= 1))) {
    throw unexpected('coalesceBy', 'concurrent', 'an integer of at least 1 or Infinity', concurrent);
  }
  if (resultSelector !== undefined) {
    expectFunction('coalesceBy', 'resultSelector', resultSelector);
  }
  const given = config.inFlight === undefined ? undefined : registryOf('coalesceBy', config.inFlight);

  return (source) => {
    const coalescing: Coalescing<V, K, T, R> = {
      inFlight: given ?? new Registry(),
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
