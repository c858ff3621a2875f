/** Passes on how a promise settles. Called once for a promise: a lazy thenable runs again at each `then`. */
export function passOn<T>(
  promise: PromiseLike<T>,
  to: { settle(type: 'complete' | 'error', result: unknown): void },
): void {
  promise.then(
    (value) => {
      to.settle('complete', value);
    },
    (error: unknown) => {
      to.settle('error', error);
    },
  );
}
