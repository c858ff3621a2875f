import type { Subscription } from 'rxjs';

/** Calls made from inside a `next` of the flight that they would join, which wait for its next notification. */
export interface PostponedCalls<T> {
  readonly calls: Set<() => void>;
  /** The promise that promise callers without a signal share. */
  shared?: { readonly promise: Promise<T>; calls: number };
  /** Makes the calls if no notification comes. */
  readonly timer: Subscription;
}
