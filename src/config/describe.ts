/** A value, for errors. */
export function describe(value: unknown): string {
  return typeof value === 'string'
    ? JSON.stringify(value)
    : Object(value) === value
      ? Object.prototype.toString.call(value)
      : String(value) + (typeof value === 'bigint' ? 'n' : '');
}
