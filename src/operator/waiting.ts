import type { Receiver, Sink } from '../flight/broadcast.js';

/** Computes the answer to a source value from a result of its run. */
export type ResultSelector<V, T, R> = (value: V, result: T, index: number) => R;

interface Numbered<V> {
  readonly value: V;
  readonly index: number;
}

/**
 * Source values of one key that get the same results, and the sink that passes their answers on. When a flight completes, the
 * destination does not.
 *
 * The values themselves are kept only if there is a `resultSelector`; otherwise their number is enough.
 */
export class Waiting<V, T, R> implements Sink<T> {
  /** The first value: if they lead, `project` gets this one. */
  readonly value: V;
  readonly index: number;
  calls = 1;
  /** Who is notified for them, and what to do when the flight has completed. Both are set when they come to a flight. */
  receiver: Receiver<T> | undefined;
  completed: (() => void) | undefined;
  readonly #destination: Sink<R>;
  readonly #select: ResultSelector<V, T, R> | undefined;
  readonly #others: Numbered<V>[] | undefined;
  /** Whose turn it is to be answered. */
  #turn = 0;

  constructor(destination: Sink<R>, select: ResultSelector<V, T, R> | undefined, value: V, index: number) {
    this.value = value;
    this.index = index;
    this.#destination = destination;
    this.#select = select;
    this.#others = select && [];
  }

  get closed(): boolean {
    return this.#destination.closed;
  }

  add(value: V, index: number): void {
    this.calls++;
    this.#others?.push({ value, index });
  }

  /** The values that join later, and so get other results. */
  another(value: V, index: number): Waiting<V, T, R> {
    const another = new Waiting(this.#destination, this.#select, value, index);
    another.completed = this.completed;
    return another;
  }

  leave(): void {
    // Postponed calls are no callers.
  }

  moveTo(others: { add(value: V, index: number): void }): void {
    for (let place = 0, { calls } = this; place < calls; place++) {
      const { value, index } = this.#at(place);
      others.add(value, index);
    }
  }

  next(result: T): void {
    const select = this.#select;
    if (!select) {
      this.#destination.next(result as unknown as R);
      return;
    }
    const { value, index } = this.#at(this.#turn);
    // Set before calling out. If that makes the run go on, the others are notified of this result inside the call.
    this.#turn = this.receiver?.left === 0 ? 0 : this.#turn + 1;
    try {
      this.#destination.next(select(value, result, index));
    } catch (error) {
      this.#destination.error(error);
    }
  }

  error(error: unknown): void {
    this.#destination.error(error);
  }

  complete(): void {
    this.completed?.();
  }

  /** The first value is known even if the others are not kept. */
  #at(place: number): Numbered<V> {
    return this.#others?.[place - 1] ?? this;
  }
}
