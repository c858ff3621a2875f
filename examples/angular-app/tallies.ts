import type { Kind, Mode, Tallies, Tally } from './api.js';

/** Counts the requests of each mode, and notifies the listeners after every change. */
export class TalliesKept {
  readonly tallies: Record<Mode, Counted> = { with: newTally(), without: newTally() };
  readonly listeners = new Set<(tallies: Tallies) => void>();
  #mode: Mode = 'with';

  /** Requests that arrive from now on count for this mode, from zero. */
  begin(mode: Mode): void {
    this.#mode = mode;
    this.tallies[mode] = newTally();
    this.#notify();
  }

  /** Counts a request until the returned function is called with how it ended. */
  arrived(kind: Kind): (end: 'answered' | 'aborted') => void {
    // A request belongs to the load in which it arrived, also if the next one has begun when it ends.
    const tally = this.tallies[this.#mode];
    tally.received[kind] += 1;
    tally.inFlight += 1;
    this.#notify();
    return (end) => {
      tally.inFlight -= 1;
      if (end === 'aborted') tally.aborted += 1;
      this.#notify();
    };
  }

  #notify(): void {
    for (const listener of this.listeners) listener(this.tallies);
  }
}

interface Counted extends Tally {
  readonly received: Record<Kind, number>;
  aborted: number;
  inFlight: number;
}

function newTally(): Counted {
  return { received: { people: 0, projects: 0, presence: 0, hours: 0, writes: 0 }, aborted: 0, inFlight: 0 };
}
