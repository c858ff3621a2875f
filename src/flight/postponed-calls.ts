import type { Subscription } from 'rxjs';

/** Calls made from inside a `next` of the flight that they would join, which wait for its next notification. */
export interface PostponedCalls<T> {
  readonly calls: Set<() => void>;
  /** What those promise callers share that have no signal. */
  shared: { readonly promise: Promise<T>; calls: number } | undefined;
  /** Makes them where no notification comes. */
  readonly timer: Subscription;
}
