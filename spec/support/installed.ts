/** What `load` gives; undefined where it needs a peer that nobody has installed: the benchmark does, on demand. */
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
