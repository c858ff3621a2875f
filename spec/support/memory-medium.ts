import type { Wire } from '../../src/across/wire.js';

/** A medium in memory, which loses nothing, keeps the order, and answers in later tasks. */
export class MemoryMedium {
  /** Which flight has which key. */
  readonly keys = new Map<string, string>();
  readonly #open = new Map<string, (from: string, message: unknown) => void>();
  readonly #watched = new Map<string, Set<() => void>>();
  /** What the participants have asked of the medium, in order. */
  readonly log: string[] = [];

  get participants(): number {
    return this.#open.size;
  }

  /** As if the thread of a participant had died. */
  kill(participant: string): void {
    for (const [key, flight] of this.keys) {
      if (flight.startsWith(`${participant}.`)) {
        this.keys.delete(key);
      }
    }
    this.#leave(participant);
  }

  wire(): Wire & { participant: string } {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- two objects, both of which the methods need
    const medium = this;
    const wire: Wire & { participant: string } = {
      participant: '',
      open(participant, receive) {
        wire.participant = participant;
        medium.#open.set(participant, receive);
      },
      rest() {
        medium.#leave(wire.participant);
      },
      async close() {
        medium.#leave(wire.participant);
      },
      async claim(key, flight) {
        await later();
        medium.log.push('claim');
        const holder = medium.keys.get(key) ?? flight;
        medium.keys.set(key, holder);
        await later();
        return holder;
      },
      async free(key, flight) {
        await later();
        medium.log.push('free');
        if (medium.keys.get(key) === flight) {
          medium.keys.delete(key);
        }
        await later();
      },
      async release(key) {
        await later();
        medium.log.push('release');
        const holder = medium.keys.get(key);
        medium.keys.delete(key);
        await later();
        return holder;
      },
      send(to, message) {
        const copy = structuredClone(message);
        medium.log.push('send');
        void later().then(() => medium.#open.get(to)?.(wire.participant, copy));
      },
      watch(participant, gone) {
        const watchers = medium.#watched.get(participant) ?? new Set();
        medium.#watched.set(participant, watchers.add(gone));
        if (!medium.#open.has(participant)) {
          void later().then(() => watchers.delete(gone) && gone());
        }
        return () => watchers.delete(gone);
      },
    };
    return wire;
  }

  #leave(participant: string): void {
    if (this.#open.delete(participant)) {
      const watchers = this.#watched.get(participant);
      this.#watched.delete(participant);
      for (const gone of watchers ?? []) {
        void later().then(() => watchers?.delete(gone) && gone());
      }
    }
  }
}

function later(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
