const pool = /* @__PURE__ */ new Uint32Array(256);
let left = 0;

/** A name of letters and digits that nobody can guess. `randomUUID` would need a secure context. */
export function unguessable(): string {
  let name = '';
  for (let part = 0; part < 4; part++) {
    if (left === 0) {
      // Many numbers at once, because each call costs much more than a number.
      crypto.getRandomValues(pool);
      left = pool.length;
    }
    left--;
    name += (pool[left] as number).toString(36);
  }
  return name;
}
