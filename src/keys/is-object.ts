/** Whether a value is an object or a function, and not a primitive value. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' ? value !== null : typeof value === 'function';
}
