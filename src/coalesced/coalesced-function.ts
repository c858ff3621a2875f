import type { Observable } from 'rxjs';
import type { InFlightCalls } from '../flight/in-flight-calls.js';
import type { ArgumentsKey } from '../keys/key-of-arguments.js';

/** A function whose concurrent calls with equal keys share one run; what {@link coalesced} returns. */
export interface CoalescedFunction<This, A extends readonly unknown[], T, K = ArgumentsKey<A>> {
  /** Returns an Observable. Each subscription to it is a call. */
  (this: This, ...args: A): Observable<T>;
  /** The calls in flight, to watch, forget or abort. */
  readonly inFlight: InFlightCalls<K, T>;
  /** The key of a call with these arguments. */
  readonly keyFn: (this: This, ...args: A) => K;
}
