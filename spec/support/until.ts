/** Waits until something holds; a spec that waits for what never comes fails by its time-out. */
export async function until(holds: () => unknown): Promise<void> {
  while (!(await holds())) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
