import { Observable, type ObservableInput, type ObservedValueOf, type OperatorFunction } from 'rxjs';
import type { CoalesceByConfig } from './coalesce-by-config.js';
import { expectFunction } from '../config/expect-function.js';
import { flightSettings } from '../config/flight-settings.js';
import { KeyedCalls, type Coalescing } from './keyed-calls.js';
import { registryOf } from '../flight/registry-of.js';
import { Registry } from '../flight/registry.js';
import { unexpected } from '../config/unexpected.js';

/**
 * Calls `project` for each source value, as `mergeMap` does, except that values with equal keys that overlap share one run.
 *
 * Each source value is a call: it joins the flight of its key, or leads a new one by `project`, and is answered by everything that
 * the flight emits. The key is free before anyone hears of the end, so that the next value of the key runs afresh.
 * The operator function is referentially transparent; its registry belongs to one application to a source and is shared
 * by that result's subscribers, and `inFlight` shares wider. A throw of `keyFn` is an error to this subscriber alone; an error of a run,
 * a throw of `project`, or a result that is no `ObservableInput`, is an error to all who wait on that flight.
 *
 * It coalesces calls, not emissions: no value is merged with another, delayed or, unless you say `'ignore'`, dropped.
 * Where the source emits re-entrantly, the order between waiting values of one key is unspecified.
 *
 * @param keyFn - the key of a source value, given its index; compared as a `Map` compares
 * @param project - the run for a source value, given its index, made by the leader only
 * @param config - `duplicates`: `'join'` (default) or `'ignore'`; `concurrent`: how many flights to lead at once, by default
 * `Infinity`; `inFlight`, `bufferSize` and `resetOnRefCountZero` as for {@link coalesced}
 * @returns an operator function
 * @throws TypeError if `keyFn` or `project` is no function, or `config` is wrong
 * @see {@link coalesced} for a function instead of a pipeline
 * @see {@link https://rxjs.dev/api/operators/mergeMap | mergeMap}, {@link https://rxjs.dev/api/operators/exhaustMap | exhaustMap}
 *
 * @example
 * ```ts
 * import { map, of, timer } from 'rxjs';
 * import { coalesceBy } from 'rxjs-coalesce';
 *
 * let runs = 0;
 * of('a', 'b', 'a')
 *   .pipe(coalesceBy((id) => id, (id) => timer(10).pipe(map(() => `${id}: run ${++runs}`))))
 *   .subscribe((answer) => console.log(answer));
 *
 * // Output:
 * // a: run 1
 * // a: run 1
 * // b: run 2
 * ```
 */
export function coalesceBy<T, K, O extends ObservableInput<any>>(
  keyFn: (value: T, index: number) => K,
  project: (value: T, index: number) => O,
  config: CoalesceByConfig<K, ObservedValueOf<O>> = {},
): OperatorFunction<T, ObservedValueOf<O>> {
  expectFunction('coalesceBy', 'keyFn', keyFn);
  expectFunction('coalesceBy', 'project', project);
  const settings = flightSettings('coalesceBy', config);
  const { duplicates = 'join', concurrent = Infinity } = config;
  if (duplicates !== 'join' && (duplicates as unknown) !== 'ignore') {
    throw unexpected('coalesceBy', 'duplicates', `'join' or 'ignore'`, duplicates);
  }
  if (!(concurrent === Infinity || (Number.isInteger(concurrent) && concurrent >= 1))) {
    throw unexpected('coalesceBy', 'concurrent', 'an integer of at least 1 or Infinity', concurrent);
  }
  const given = config.inFlight === undefined ? undefined : registryOf('coalesceBy', config.inFlight);

  return (source) => {
    const coalescing: Coalescing<T, K, ObservedValueOf<O>> = {
      inFlight: given ?? new Registry(),
      keyFn,
      project,
      settings,
      ignoreDuplicates: duplicates === 'ignore',
      concurrent,
    };
    return new Observable((destination) => {
      const calls = new KeyedCalls(coalescing, destination);
      // The subscriber to the source is known to the destination before the source can emit, so that leaving stops a firehose.
      new Observable<T>((inlet) => {
        destination.add(inlet);
        destination.add(() => {
          calls.leave();
        });
        source.subscribe(inlet);
      }).subscribe({
        next: (value) => {
          calls.next(value);
        },
        error: (error: unknown) => {
          destination.error(error);
        },
        complete: () => {
          calls.complete();
        },
      });
    });
  };
}
