/** Waits until a condition holds; a spec whose condition never holds fails by its time-out. */
export async function until(holds: () => unknown): Promise<void> {
  while (!(await holds())) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
