import { EventEmitter, once } from 'node:events';

/** A point where all callers wait until it is released, so that the next steps come in a known order. */
export class Hold {
  readonly #gate = new EventEmitter().setMaxListeners(0);
  readonly #lift: () => void;
  readonly reached: Promise<unknown> = once(this.#gate, 'reached');

  constructor(lift: () => void) {
    this.#lift = lift;
  }

  async pass(signal: AbortSignal): Promise<void> {
    this.#gate.emit('reached');
    await once(this.#gate, 'release', { signal });
  }

  release(): void {
    this.#lift();
    this.#gate.emit('release');
  }
}
