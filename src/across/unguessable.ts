/** A name that nobody can guess; of letters and digits. Not by `randomUUID`, which asks for a secure context. */
export function unguessable(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('');
}
