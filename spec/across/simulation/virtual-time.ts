import type { Clock } from '../../../src/across/clock.js';

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly owner: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** Whose happenings are nobody's: the medium's, and the script's. */
export const nobody = -1;

/** The time of a simulation: what is to happen, in order, and all that follows of each before the next. */
export class VirtualTime {
  now = 0;
  #order = 0;
  readonly #queue: Happening[] = [];
  readonly #pausedUntil = new Map<number, number>();
  readonly #dead = new Set<number>();

  /** How many happenings of an owner are to come. */
  pending(owner: number): number {
    return this.#queue.filter((happening) => happening.owner === owner && !happening.cancelled).length;
  }

  after(ms: number, owner: number, run: () => void): () => void {
    const happening = { at: this.now + ms, order: this.#order++, owner, run, cancelled: false };
    this.#push(happening);
    return () => {
      happening.cancelled = true;
    };
  }

  clock(owner: number): Clock {
    return { now: () => this.now, after: (ms, run) => this.after(ms, owner, run) };
  }

  /** Nothing happens to the owner until then; it happens thereafter. */
  pause(owner: number, ms: number): void {
    this.#pausedUntil.set(owner, Math.max(this.now + ms, this.#pausedUntil.get(owner) ?? 0));
  }

  isPaused(owner: number): boolean {
    return (this.#pausedUntil.get(owner) ?? 0) > this.now;
  }

  kill(owner: number): void {
    this.#dead.add(owner);
  }

  isDead(owner: number): boolean {
    return this.#dead.has(owner);
  }

  /** Lets everything happen that is due by then. */
  async playUntil(end: number): Promise<void> {
    for (;;) {
      const next = this.#queue[0];
      if (next === undefined || next.at > end) {
        break;
      }
      this.#pop();
      if (next.cancelled || this.#dead.has(next.owner)) {
        continue;
      }
      const until = this.#pausedUntil.get(next.owner) ?? 0;
      this.now = next.at;
      if (until > next.at) {
        this.#push({
          ...next,
          at: until,
          run: next.run,
          get cancelled() {
            return next.cancelled;
          },
          set cancelled(value) {
            next.cancelled = value;
          },
        });
        continue;
      }
      next.run();
      await settled();
    }
    this.now = end;
  }

  #push(happening: Happening): void {
    const queue = this.#queue;
    let child = queue.push(happening) - 1;
    for (let parent; child > 0 && isBefore(happening, queue[(parent = (child - 1) >> 1)]!); child = parent) {
      queue[child] = queue[parent]!;
    }
    queue[child] = happening;
  }

  #pop(): void {
    const queue = this.#queue;
    const last = queue.pop()!;
    if (queue.length > 0) {
      let parent = 0;
      for (;;) {
        let child = 2 * parent + 1;
        if (child >= queue.length) {
          break;
        }
        if (child + 1 < queue.length && isBefore(queue[child + 1]!, queue[child]!)) {
          child++;
        }
        if (!isBefore(queue[child]!, last)) {
          break;
        }
        queue[parent] = queue[child]!;
        parent = child;
      }
      queue[parent] = last;
    }
  }
}

function isBefore(one: Happening, other: Happening): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** When all promises that could settle have. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
