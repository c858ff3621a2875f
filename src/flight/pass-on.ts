/** Passes on what a promise settles with. Once, whoever comes: a lazy thenable runs each time. */
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
