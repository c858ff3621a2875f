/** Passes on what a promise settles with. Once, whoever comes: a lazy thenable runs each time. */
export function passOn<T>(
  promise: PromiseLike<T>,
  flight: { fulfil(value: T): void; fail(error: unknown): void },
): void {
  promise.then(
    (value) => {
      flight.fulfil(value);
    },
    (error: unknown) => {
      flight.fail(error);
    },
  );
}
