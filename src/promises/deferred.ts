/** A promise, and the functions that settle it. */
export class Deferred<T> {
  /** How many calls it answers. */
  calls = 1;
  resolve!: (value: T | PromiseLike<T>) => void;
  reject!: (reason: unknown) => void;
  promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}
