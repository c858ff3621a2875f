import type { CoalescedAsyncFunction } from './coalesced-async-function.js';
import type { CoalescedFunction } from './coalesced-function.js';
import type { SourceFunction } from './source-function.js';

/**
 * The type of a coalesced function: `Plain`, or `F` itself where one signature cannot say all of it (overloads, generics) and it
 * returns the same kind.
 */
export type Shaped<
  F extends SourceFunction,
  Plain extends CoalescedFunction<any, any, any, any> | CoalescedAsyncFunction<any, any, any, any>,
> = Plain extends F
  ? Plain
  : [keyof F, ReturnType<Plain>] extends [never, ReturnType<F>]
    ? F & Pick<Plain, 'inFlight' | 'keyFn'>
    : Plain;
