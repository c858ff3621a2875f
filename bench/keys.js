/** Keys in turn: 1,024 of them, made beforehand. */
const keys = Array.from({ length: 1024 }, (_, i) => `key-${i}`);

export const keyInTurn = (i) => keys[i & 1023];
