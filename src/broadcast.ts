import { reportUnhandled } from './report-unhandled.js';

/** Who is told: what an RxJS `Subscriber` offers. */
export interface Sink<T> {
  readonly closed: boolean;
  next(value: T): void;
  error(error: unknown): void;
  complete(): void;
}

interface Emission<T> {
  value: T;
  later: Emission<T> | undefined;
}

/** A sink's place in a {@link Broadcast}. */
export class Receiver<T> {
  /** The latest emission that it was told or is spared; undefined where it is to be told all of them. */
  cursor: Emission<T> | undefined = undefined;
  /** How often it is told each emission, and how often it is yet to be told the one at the cursor. */
  weight: number;
  left = 0;
  previous: Receiver<T> | undefined = undefined;
  following: Receiver<T> | undefined = undefined;

  constructor(
    readonly sink: Sink<T>,
    weight = 1,
  ) {
    this.weight = weight;
  }
}

/**
 * One sequence of values for many receivers, told to all in one order.
 *
 * A late receiver is told the latest `bufferSize` values first. Where a receiver makes the source emit or end while it is
 * being told, everyone is told the earlier before anyone is told the later.
 *
 * Receivers form a doubly linked list, so that coming, going and being told cost the same however many there are; RxJS's
 * `Subject` copies its observers, and searches them when one leaves.
 */
export class Broadcast<T> {
  readonly #bufferSize: number;
  #head: Receiver<T> | undefined = undefined;
  #tail: Receiver<T> | undefined = undefined;
  /** The first emission, as long as a receiver may yet begin there. */
  #first: Emission<T> | undefined = undefined;
  #latest: Emission<T> | undefined = undefined;
  /** The latest emission that a late receiver is spared. */
  #spared: Emission<T> | undefined = undefined;
  #kept = 0;
  #telling = 0;

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

  /** Whether a receiver that came now would be told the same as this one from here on. */
  isLevel(receiver: Receiver<T>): boolean {
    return receiver.cursor === this.#spared;
  }

  /** Gives the receiver its place; {@link begin} must follow. */
  add(receiver: Receiver<T>): void {
    receiver.cursor = this.#spared;
    receiver.previous = this.#tail;
    if (this.#tail === undefined) {
      this.#head = receiver;
    } else {
      this.#tail.following = receiver;
    }
    this.#tail = receiver;
    this.#telling++;
  }

  /** Tells an added receiver what is kept for it. */
  begin(receiver: Receiver<T>): void {
    this.#tell(receiver);
    this.#telling--;
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
    this.#catchUp();
    this.#keep({ value, later: undefined });
    this.#tellAll();
  }

  /** Tells every receiver the end. */
  end(tell: (sink: Sink<T>) => void): void {
    this.#catchUp();
    for (let receiver = this.#head; receiver !== undefined; receiver = receiver.following) {
      this.#tell(receiver, tell);
    }
  }

  /** Lets go of a latest value that nobody is yet to be told. */
  release(): void {
    if (this.#telling === 0 && this.#latest !== undefined) {
      this.#latest.value = undefined as T;
    }
  }

  /** Where a receiver, while being told, has made the source go on: the others first hear what it has heard. */
  #catchUp(): void {
    if (this.#telling > 0) {
      this.#tellAll();
    }
  }

  #tellAll(): void {
    this.#telling++;
    for (let receiver = this.#head; receiver !== undefined; receiver = receiver.following) {
      this.#tell(receiver);
    }
    this.#telling--;
  }

  /** In steps that a re-entrant round can go on from: where it ends, the outer one finds nothing left to do. */
  #tell(receiver: Receiver<T>, end?: (sink: Sink<T>) => void): void {
    const { sink } = receiver;
    while (!sink.closed) {
      const emission =
        receiver.left > 0 ? receiver.cursor : receiver.cursor === undefined ? this.#first : receiver.cursor.later;
      if (emission === undefined && end === undefined) {
        return;
      }
      try {
        if (emission === undefined) {
          end?.(sink);
          return;
        }
        receiver.left = (receiver.left > 0 ? receiver.left : receiver.weight) - 1;
        receiver.cursor = emission;
        sink.next(emission.value);
      } catch (error) {
        reportUnhandled(error);
      }
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
      return;
    }
    // Everyone has heard all but this emission, so nobody needs what is spared from now on.
    const spared = this.#spared === undefined ? this.#first : this.#spared.later;
    if (spared !== emission && spared !== undefined) {
      spared.value = undefined as T;
    }
    if (this.#first !== emission) {
      this.#first = undefined;
    }
    this.#spared = spared;
  }
}
