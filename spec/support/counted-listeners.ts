/** An AbortController, and how many listeners wait for its abort. */
export class CountedController extends AbortController {
  readonly #listeners = new Set<unknown>();
  /** How many were ever added. */
  added = 0;

  constructor() {
    super();
    const { signal } = this;
    const add = signal.addEventListener.bind<AbortSignal['addEventListener']>(signal);
    const remove = signal.removeEventListener.bind<AbortSignal['removeEventListener']>(signal);
    signal.addEventListener = ((...args: Parameters<typeof add>) => {
      this.added++;
      this.#listeners.add(args[1]);
      add(...args);
    }) as typeof add;
    signal.removeEventListener = ((...args: Parameters<typeof remove>) => {
      if (args[0] === 'abort') {
        this.#listeners.delete(args[1]);
      }
      remove(...args);
    }) as typeof remove;
  }

  get listeners(): number {
    return this.#listeners.size;
  }
}
