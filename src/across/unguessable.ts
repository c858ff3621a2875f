const pool = /* @__PURE__ */ new Uint32Array(256);
let left = 0;

/** A name that nobody can guess; of letters and digits. Not by `randomUUID`, which asks for a secure context. */
export function unguessable(): string {
  let name = '';
  for (let part = 0; part < 4; part++) {
    if (left === 0) {
      // Many at once: asking for random numbers costs more than the numbers.
      crypto.getRandomValues(pool);
      left = pool.length;
    }
    left--;
    name += (pool[left] as number).toString(36);
  }
  return name;
}
