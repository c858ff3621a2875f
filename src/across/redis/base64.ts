/** Writes bytes as base64. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  // In pieces, because each byte is an argument of the call. `apply` makes no list of a typed array first, as spreading does.
  for (let i = 0; i < bytes.length; i += 8192) {
    text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(i, i + 8192)) as string;
  }
  return btoa(text);
}
