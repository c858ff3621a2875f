/** Expects that the object is no longer reachable; pending if there is no `gc()`. */
export async function expectCollected(reference: WeakRef<object>): Promise<void> {
  const { gc } = globalThis;
  if (gc === undefined) {
    pending('needs --expose-gc');
    return;
  }
  for (let turn = 0; turn < 20 && reference.deref() !== undefined; turn++) {
    await new Promise((resolve) => setTimeout(resolve));
    gc();
  }
  expect(reference.deref()).toBeUndefined();
}
