/** The result of `load`; undefined if it needs a peer that is not installed, which the benchmark installs on demand. */
export async function installed(load: () => unknown): Promise<unknown> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') {
      return undefined;
    }
    throw error;
  }
}
