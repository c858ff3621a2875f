import type { CoalesceConfig } from '../coalesced/coalesce-config.js';

/**
 * How the calls of a decorated method coalesce: like {@link CoalesceConfig}, but the types of `keyFn` come from the decorated
 * method.
 *
 * @typeParam This - the `this` of the method
 * @typeParam A - its arguments
 * @typeParam T - the values that it emits, or that its promise resolves with
 * @typeParam K - the keys
 */
export interface CoalesceMethodConfig<This, A extends readonly any[], T, K> extends CoalesceConfig<This, A, T, K> {
  /**
   * Computes the key of a call, with the `this` and the arguments of that call. Calls with equal keys share a flight. Everything
   * that is not in the key comes from the leader. If it throws, only that call gets the error.
   *
   * @defaultValue {@link argumentsKey}; for {@link CoalesceAsync}, the same without the caller's signal
   */
  keyFn?: NoInfer<(this: This, ...args: A) => K> | undefined;
}
