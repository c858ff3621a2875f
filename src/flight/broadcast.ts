import { nesting } from './nesting.js';
import { reportUnhandled } from './report-unhandled.js';

/** Who is notified: what an RxJS `Subscriber` offers. */
export interface Sink<T> {
  readonly closed: boolean;
  next(value: T): void;
  error(error: unknown): void;
  complete(): void;
}

export interface Emission<T> {
  value: T;
  /** Counted from 1; 0 stands before the first. */
  readonly index: number;
  next: Emission<T> | undefined;
}

/** A place in a ring: a {@link Broadcast} and its receivers. */
export interface Link {
  before: Link;
  after: Link;
}

/** A sink's place in a {@link Broadcast}. */
export interface Receiver<T> extends Link {
  readonly sink: Sink<T>;
  /** The latest emission that it has been notified of, or that it skips. */
  cursor: Emission<T>;
  /** How many times it is notified of each emission; and how many times it is yet to be notified of the one at the cursor. */
  calls: number;
  left: number;
}

/**
 * One sequence of values for many receivers, emitted to all in one order.
 *
 * The latest `bufferSize` values are replayed to a late receiver. If a receiver makes the source emit or end from inside its
 * `next`, everyone is notified of the earlier value before anyone is notified of what follows.
 *
 * Receivers form a doubly linked list, so that adding, removing and notifying one costs the same however many there are. RxJS's
 * `Subject` copies its observers, and searches them when one leaves.
 */
export class Broadcast<T> implements Link {
  /** How many more values come before the oldest one is too old to be replayed. */
  #room: number;
  /** The last and the first receiver; itself if there is none. */
  before: Link = this;
  after: Link = this;
  latest: Emission<T> = { value: undefined as T, index: 0, next: undefined };
  /** The latest emission that is too old to be replayed: a new receiver starts after it. */
  #spared = this.latest;
  /** The index of the latest emission that everyone has been notified of. */
  #notified = 0;
  /** The index of the latest emission that anyone is being notified of. */
  #round = 0;
  /** How many rounds and replays are under way, one inside another. */
  #notifying = 0;
  /** The `nesting.depth` of the innermost `next` that is running; -1 if none is. */
  #depth = -1;

  constructor(bufferSize: number) {
    this.#room = bufferSize;
  }

  get observed(): boolean {
    return this.after !== this;
  }

  /** Whether the code that runs now was called by a `next` of a receiver. */
  isInNext(): boolean {
    return this.#depth === nesting.depth;
  }

  /** Whether a receiver that was added now would get the same values as this one from now on. */
  isLevel(receiver: Receiver<T>): boolean {
    return receiver.cursor === this.#spared;
  }

  /** Gives the receiver its place; {@link replay} must follow. */
  add(receiver: Receiver<T>): void {
    receiver.cursor = this.#spared;
    receiver.before = this.before;
    receiver.after = this;
    this.before.after = this.before = receiver;
    this.#notifying++;
  }

  /** Replays the kept values to a receiver that was just added, up to the value of the current round. */
  replay(receiver: Receiver<T>): void {
    this.#notify(receiver, this.#round);
    this.#notifying--;
  }

  leave(receiver: Receiver<T>): void {
    // A removed receiver keeps its own links, so that a round that has reached it can go on.
    receiver.before.after = receiver.after;
    receiver.after.before = receiver.before;
  }

  next(value: T): void {
    this.latest = this.latest.next = { value, index: this.latest.index + 1, next: undefined };
    if (this.#room > 0) {
      this.#room--;
    } else {
      this.#spared = this.#spared.next as Emission<T>;
    }
    this.#notifyAll();
  }

  /** Notifies every receiver of the end; {@link clear} must follow. */
  end(type: 'complete' | 'error', error?: unknown): void {
    this.#notifyAll();
    for (let link = this.after; link !== this; link = link.after) {
      const { sink } = link as Receiver<T>;
      if (!sink.closed) {
        try {
          sink[type](error);
        } catch (thrown) {
          reportUnhandled(thrown);
        }
      }
    }
  }

  /** Lets go of all receivers and values. */
  clear(): void {
    this.before = this.after = this;
    this.#spared = this.latest;
    this.latest.value = undefined as T;
  }

  /**
   * Runs one round per emission. If a receiver makes the source emit or end, the rounds go on inside its handler, and the
   * outer call has nothing left to do.
   */
  #notifyAll(): void {
    // A receiver that is in the middle of its replay is behind the others, and catches up first.
    let round = this.#notifying > 0 ? this.#notified : this.#notified + 1;
    this.#notifying++;
    while (round <= this.latest.index) {
      this.#round = Math.max(this.#round, round);
      for (let link = this.after; link !== this && this.#notified <= round; link = link.after) {
        this.#notify(link as Receiver<T>, round);
      }
      this.#notified = Math.max(this.#notified, round);
      round = this.#notified + 1;
    }
    this.#notifying--;
    if (this.#spared !== this.latest) {
      // Nobody is behind any more.
      this.#spared.value = undefined as T;
    }
  }

  #notify(receiver: Receiver<T>, round: number): void {
    const { sink } = receiver;
    const outer = this.#depth;
    this.#depth = nesting.depth;
    while (!sink.closed) {
      if (receiver.left === 0) {
        const emission = receiver.cursor.next;
        if (!emission || emission.index > round) {
          break;
        }
        receiver.cursor = emission;
        receiver.left = receiver.calls;
      }
      receiver.left--;
      try {
        sink.next(receiver.cursor.value);
      } catch (error) {
        reportUnhandled(error);
      }
    }
    this.#depth = outer;
  }
}
