/** A value and its type, for errors. */
export function describe(value: unknown): string {
  if (value === undefined || value === null) {
    return String(value);
  }
  const type = typeof value;
  if (typeof value === 'string') {
    value = JSON.stringify(value.length > 50 ? `${value.slice(0, 50)}…` : value);
  }
  return `${type === 'object' || type === 'function' ? Object.prototype.toString.call(value) : String(value)} (${type})`;
}
