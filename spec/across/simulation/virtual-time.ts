import type { Clock } from '../../../src/across/clock.js';

export interface Happening {
  at: number;
  readonly order: number;
  readonly owner: number;
  readonly run: () => void;
  /** The queue whose order it keeps; undefined for timers. */
  readonly lane: string | undefined;
  cancelled: boolean;
}

/** The owner of happenings that no participant owns: those of the medium and of the script. */
export const nobody = -1;

/** The time of a simulation: runs happenings in order, and everything that follows from one before the next. */
export class VirtualTime {
  now = 0;
  #order = 0;
  /** What is due last is first: most that is added or taken away is due soon, so that little has to move. */
  readonly #queue: Happening[] = [];
  readonly #pausedUntil = new Map<number, number>();
  readonly #dead = new Set<number>();
  /** If every order is tried: which of these is next. Timers run when nothing else is pending. */
  choose: ((open: readonly Happening[]) => Happening) | undefined;

  /** How many happenings of an owner are pending. */
  pending(owner: number): number {
    return this.#queue.filter((happening) => happening.owner === owner && !happening.cancelled).length;
  }

  after(ms: number, owner: number, run: () => void, lane?: string): () => void {
    const happening: Happening = { at: this.now + ms, order: this.#order++, owner, run, lane, cancelled: false };
    this.#push(happening);
    return () => {
      happening.cancelled = true;
      this.#remove(happening);
    };
  }

  clock(owner: number): Clock {
    return { now: () => this.now, after: (ms, run) => this.after(ms, owner, run) };
  }

  /** Delays the happenings of the owner until then. */
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

  /** Runs everything that is due by then. */
  async playUntil(end: number): Promise<void> {
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.at > end) {
        break;
      }
      this.#remove(next);
      if (next.cancelled || this.#dead.has(next.owner)) {
        continue;
      }
      this.now = Math.max(this.now, next.at);
      const until = this.#pausedUntil.get(next.owner) ?? 0;
      if (until > this.now) {
        next.at = until;
        this.#push(next);
        continue;
      }
      next.run();
      await settled();
    }
    this.now = end;
  }

  #next(): Happening | undefined {
    const first = this.#queue.at(-1);
    if (this.choose === undefined || first === undefined) {
      return first;
    }
    const lanes = new Map<string, Happening>();
    for (const happening of this.#queue) {
      if (happening.lane !== undefined && !happening.cancelled && !this.isPaused(happening.owner)) {
        const earlier = lanes.get(happening.lane);
        if (earlier === undefined || isBefore(happening, earlier)) {
          lanes.set(happening.lane, happening);
        }
      }
    }
    const open = [...lanes.values()].sort((one, other) => one.order - other.order);
    return open.length === 0 ? first : this.choose(open);
  }

  #push(happening: Happening): void {
    this.#queue.splice(this.#placeOf(happening), 0, happening);
  }

  /** Does nothing if it is not pending. */
  #remove(happening: Happening): void {
    const place = this.#placeOf(happening);
    if (this.#queue[place] === happening) {
      this.#queue.splice(place, 1);
    }
  }

  /** Where it is in the queue, or belongs. */
  #placeOf(happening: Happening): number {
    let low = 0;
    let high = this.#queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(happening, this.#queue[middle]!)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

function isBefore(one: Happening, other: Happening): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** Resolves when all promises that could settle have settled. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
