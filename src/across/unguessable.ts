/** So many bytes make a whole number of names. Many at once, because each call of `getRandomValues` costs much more than a name. */
const bytes = 33 * 24;
const length = 22;

let random = '';
let used = 0;

/** A name that nobody can guess. `randomUUID` would need a secure context. */
export function unguessable(): string {
  if (used === random.length) {
    // `apply` makes no list of a typed array first, as spreading does.
    random = btoa(
      Reflect.apply(String.fromCharCode, undefined, crypto.getRandomValues(new Uint8Array(bytes))) as string,
    );
    used = 0;
  }
  used += length;
  return random.slice(used - length, used);
}
