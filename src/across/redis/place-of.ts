/** The longest that a key is written out in full, in characters. */
const longestKey = 200;

/**
 * What a name is in the keys and channels of Redis. It holds no colon, so that no two names run into one another or into what stands beside
 * them, and nothing that a terminal or a pattern would take for its own.
 */
export function written(text: string): string {
  // As JSON first, since half a surrogate pair has no code for a URL.
  return encodeURIComponent(JSON.stringify(text).slice(1, -1)).replace(
    /[*()']/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The key in Redis of a key of a registry, of which `namespace` is the beginning; a long one is hashed. */
export function placeOf(namespace: string, key: string): string | Promise<string> {
  const text = written(key);
  return text.length > longestKey ? hashOf(key).then((hash) => `${namespace}:#${hash}`) : `${namespace}:${text}`;
}

async function hashOf(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
