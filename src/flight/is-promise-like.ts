/** Whether a value is what `await` would wait for. */
export function isPromiseLike<T>(value: unknown): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>> | null | undefined)?.then === 'function';
}
