/** The error for a value that is not what `where` takes as `name`. */
export function unexpected(where: string, name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${where}: expected "${name}" to be ${expected}, got ${describe(value)}`);
}

function describe(value: unknown): string {
  if (value === undefined || value === null) {
    return String(value);
  }
  const type = typeof value;
  if (typeof value === 'string') {
    value = JSON.stringify(value.length > 50 ? `${value.slice(0, 50)}…` : value);
  }
  return `${type === 'object' || type === 'function' ? Object.prototype.toString.call(value) : String(value)} (${type})`;
}
