import { asyncScheduler } from 'rxjs';

/** Calls made from inside a `next` of the flight that they would join, which wait for its next notification. */
export class PostponedCalls<T> {
  readonly calls: (() => void)[] = [];
  /** What those promise callers share that have no signal. */
  shared: { readonly promise: Promise<T>; calls: number } | undefined;
  readonly #timer;

  /** `resume` makes the calls where no notification comes. */
  constructor(resume: () => void) {
    // In a later task, and a later frame of virtual time: a loop is not to starve the source.
    this.#timer = asyncScheduler.schedule(resume, 1);
  }

  /** Hands the calls over to be made. */
  take(): readonly (() => void)[] {
    this.#timer.unsubscribe();
    return this.calls;
  }
}
