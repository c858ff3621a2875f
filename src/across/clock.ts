/** What the engine needs of time. Simulations have a clock of their own. */
export interface Clock {
  /** The time in ms, counted from any moment. */
  now(): number;

  /**
   * Calls `run` later, unless the returned function is called before.
   *
   * A timer in the `background` does not keep the process alive.
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
