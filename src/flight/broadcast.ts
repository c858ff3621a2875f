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
  /** Counted from 1. */
  readonly index: number;
  later: Emission<T> | undefined;
}

/** A sink's place in a {@link Broadcast}. */
export interface Receiver<T> {
  readonly sink: Sink<T>;
  /** The latest emission that it was notified of or is spared; undefined where it is to be notified of all. */
  cursor: Emission<T> | undefined;
  /** How often it is notified of each emission, and how often it is yet to be of the one at the cursor. */
  weight: number;
  left: number;
  previous: Receiver<T> | undefined;
  following: Receiver<T> | undefined;
}

/**
 * One sequence of values for many receivers, emitted to all in one order.
 *
 * The latest `bufferSize` values are replayed to a late receiver. Where a receiver makes the source emit or end from inside its
 * `next`, everyone is notified of the earlier before anyone is notified of the later.
 *
 * Receivers form a doubly linked list, so that adding, removing and notifying one costs the same however many there are; RxJS's
 * `Subject` copies its observers, and searches them when one leaves.
 */
export class Broadcast<T> {
  readonly #bufferSize: number;
  #head: Receiver<T> | undefined;
  #tail: Receiver<T> | undefined;
  /** The first emission, as long as a receiver may yet begin there. */
  #first: Emission<T> | undefined;
  #latest: Emission<T> | undefined;
  /** The latest emission that a late receiver is spared. */
  #spared: Emission<T> | undefined;
  #kept = 0;
  /** The index of the latest emission that everyone has been notified of. */
  #notified = 0;
  /** The index of the latest emission that anyone is being notified of. */
  #round = 0;
  /** How many rounds and replays are under way, one inside another. */
  #notifying = 0;
  /** How deep the innermost `next` is nested that is running; none at first. */
  #depth = -1;

  constructor(bufferSize: number) {
    this.#bufferSize = bufferSize;
  }

  get observed(): boolean {
    return this.#head !== undefined;
  }

  /** The latest value, boxed, since any value may be one. */
  get latest(): { readonly value: T } | undefined {
    return this.#latest;
  }

  /** Whether what runs now runs inside a `next` of a receiver. */
  isInNext(): boolean {
    return this.#depth === nesting.depth;
  }

  /** Whether a receiver that was added now would be notified of the same as this one from here on. */
  isLevel(receiver: Receiver<T>): boolean {
    return receiver.cursor === this.#spared;
  }

  /** Gives the receiver its place; {@link replay} must follow. */
  add(receiver: Receiver<T>): void {
    receiver.cursor = this.#spared;
    receiver.previous = this.#tail;
    if (this.#tail === undefined) {
      this.#head = receiver;
    } else {
      this.#tail.following = receiver;
    }
    this.#tail = receiver;
    this.#notifying++;
  }

  /** Replays what is kept to an added receiver, as far as everyone is being notified. */
  replay(receiver: Receiver<T>): void {
    this.#notify(receiver, this.#round);
    this.#notifying--;
  }

  remove(receiver: Receiver<T>): void {
    // What is removed keeps its own links: a round that stands at it finds its way on.
    const { previous, following } = receiver;
    if (previous === undefined) {
      this.#head = following;
    } else {
      previous.following = following;
    }
    if (following === undefined) {
      this.#tail = previous;
    } else {
      following.previous = previous;
    }
  }

  next(value: T): void {
    this.#keep({ value, index: (this.#latest?.index ?? 0) + 1, later: undefined });
    this.#notifyAll();
  }

  /** Notifies every receiver of the end. */
  end(type: 'complete' | 'error', error?: unknown): void {
    if (this.#notifying > 0) {
      this.#notifyAll();
    }
    for (let receiver = this.#head; receiver !== undefined; receiver = receiver.following) {
      const { sink } = receiver;
      if (!sink.closed) {
        try {
          sink[type](error);
        } catch (thrown) {
          reportUnhandled(thrown);
        }
      }
    }
    this.clear();
  }

  /** Lets go of all receivers and values. */
  clear(): void {
    this.#head = this.#tail = undefined;
    this.#first = this.#latest = this.#spared = undefined;
  }

  /** Lets go of the latest value, where none is replayed: after {@link next} everyone has been notified of it. */
  release(): void {
    if (this.#latest !== undefined) {
      this.#latest.value = undefined as T;
    }
  }

  /**
   * Goes round after round, an emission each. Where a receiver makes the source emit or end, the rounds go on inside its
   * handler, and there is nothing left to do outside.
   */
  #notifyAll(): void {
    this.#notifying++;
    if (this.#notifying > 1) {
      // A receiver to which values are replayed is behind the others.
      this.#notifyRound(this.#notified);
    }
    while (this.#latest !== undefined && this.#notified < this.#latest.index) {
      const round = this.#notified + 1;
      this.#notifyRound(round);
      this.#notified = Math.max(this.#notified, round);
    }
    this.#notifying--;
    if (this.#notifying === 0 && this.#spared !== undefined) {
      // Nobody is behind any more.
      this.#first = undefined;
      if (this.#spared !== this.#latest) {
        this.#spared.value = undefined as T;
      }
    }
  }

  #notifyRound(round: number): void {
    this.#round = Math.max(this.#round, round);
    for (let receiver = this.#head; receiver !== undefined && this.#notified <= round; receiver = receiver.following) {
      this.#notify(receiver, round);
    }
  }

  #notify(receiver: Receiver<T>, round: number): void {
    const { sink } = receiver;
    while (!sink.closed) {
      if (receiver.left === 0) {
        const emission = receiver.cursor === undefined ? this.#first : receiver.cursor.later;
        if (emission === undefined || emission.index > round) {
          return;
        }
        receiver.cursor = emission;
        receiver.left = receiver.weight;
      }
      receiver.left--;
      const outer = this.#depth;
      this.#depth = nesting.depth;
      try {
        sink.next((receiver.cursor as Emission<T>).value);
      } catch (error) {
        reportUnhandled(error);
      }
      this.#depth = outer;
    }
  }

  #keep(emission: Emission<T>): void {
    if (this.#latest === undefined) {
      this.#first = emission;
    } else {
      this.#latest.later = emission;
    }
    this.#latest = emission;
    if (this.#kept < this.#bufferSize) {
      this.#kept++;
    } else {
      this.#spared = this.#spared === undefined ? this.#first : this.#spared.later;
    }
  }
}
