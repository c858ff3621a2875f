import type { CoalescedAsyncFunction } from './coalesced-async-function.js';
import type { CoalescedFunction } from './coalesced-function.js';
import type { SourceFunction } from './source-function.js';

/**
 * The type of a coalesced function: `Plain`, or `F` itself if it has overloads or type parameters, which one signature cannot express,
 * and returns the same kind of result.
 */
export type Shaped<
  F extends SourceFunction,
  Plain extends CoalescedFunction<any, any, any, any> | CoalescedAsyncFunction<any, any, any, any>,
> = Plain extends F
  ? Plain
  : [keyof F, ReturnType<Plain>] extends [never, ReturnType<F>]
    ? F & Pick<Plain, 'inFlight' | 'keyFn'>
    : Plain;
