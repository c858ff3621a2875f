import { base64 } from './base64.js';

/** Longer keys, in characters, are hashed. */
const longestKey = 200;

/**
 * Writes a name for the keys and channels of Redis. It has no colon, because colons separate the parts of a key, and no character
 * with a meaning for a terminal or for a pattern of Redis.
 */
export function written(text: string): string {
  // As JSON first, because `encodeURIComponent` throws for half a surrogate pair.
  return encodeURIComponent(JSON.stringify(text).slice(1, -1)).replace(
    /[*()']/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The key in Redis for a key of a registry. It begins with `namespace`; a long key is hashed. */
export async function placeOf(namespace: string, key: string): Promise<string> {
  const text = written(key);
  if (text.length <= longestKey) {
    return `${namespace}:${text}`;
  }
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key));
  return `${namespace}:#${written(base64(new Uint8Array(hash)))}`;
}
