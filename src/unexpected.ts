/** The error for a value that is not what `where` takes as `name`. */
export function unexpected(where: string, name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${where}: expected "${name}" to be ${expected}, got ${describe(value)}`);
}

function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `${JSON.stringify(value.length > 50 ? `${value.slice(0, 50)}…` : value)} (string)`;
    case 'object':
    case 'function':
      return value === null ? 'null' : `${Object.prototype.toString.call(value)} (${typeof value})`;
    case 'undefined':
      return 'undefined';
    default:
      return `${String(value)} (${typeof value})`;
  }
}
