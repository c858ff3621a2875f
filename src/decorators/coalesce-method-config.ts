import type { CoalesceConfig } from '../coalesced/coalesce-config.js';

/**
 * How the calls of a decorated method coalesce: as {@link CoalesceConfig}, but nothing is inferred from `keyFn`, whose
 * parameters come from the decorated method.
 *
 * @typeParam This - the `this` of the method
 * @typeParam A - its arguments
 * @typeParam T - the values that it emits, or that its promise resolves with
 * @typeParam K - the keys
 */
export interface CoalesceMethodConfig<This, A extends readonly any[], T, K> extends CoalesceConfig<This, A, T, K> {
  /**
   * What two calls must have in common to share a flight, computed when a call is made, with the `this` and the arguments of
   * that call. What the key leaves out comes from the leader. A throw is an error to that call alone.
   *
   * @defaultValue {@link argumentsKey}; in {@link CoalesceAsync}, the same without the caller's signal
   */
  keyFn?: NoInfer<(this: This, ...args: A) => K> | undefined;
}
