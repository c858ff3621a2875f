/** A string, written so that its end is known; short ones cost one character more. */
export function stringText(value: string): string {
  const { length } = value;
  return (length < 128 ? String.fromCharCode(128 + length) : `"${length}:`) + value;
}
