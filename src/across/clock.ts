/** The time, as the engine needs it; simulations have their own. */
export interface Clock {
  /** In ms, from anywhere. */
  now(): number;

  /**
   * Runs something later, unless the function that it returns is called before.
   *
   * `background` is for what no process need stay alive for.
   */
  after(ms: number, run: () => void, background?: boolean): () => void;
}

const longest = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run, background = false) {
    const timer: unknown = setTimeout(run, Math.min(ms, longest));
    if (background) {
      (timer as { unref?(): void }).unref?.();
    }
    return () => {
      clearTimeout(timer as number);
    };
  },
};
