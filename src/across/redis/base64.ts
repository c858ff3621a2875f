/** Writes bytes as base64. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  // In pieces, because each byte is an argument of the call.
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(text);
}
