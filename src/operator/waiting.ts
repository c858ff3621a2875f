import type { Receiver, Sink } from '../flight/broadcast.js';

/** Makes the answer to a source value of a result of its run. */
export type ResultSelector<V, T, R> = (value: V, result: T, index: number) => R;

interface Numbered<V> {
  readonly value: V;
  readonly index: number;
}

/**
 * Source values of one key that wait alike, and the sink that passes their answers on; the end of a flight is not the end of it.
 *
 * How many they are is known, and which ones only where each is to be answered by its own.
 */
export class Waiting<V, T, R> implements Sink<T> {
  /** The first, which a run would be for. */
  readonly value: V;
  readonly index: number;
  calls = 1;
  /** Who is notified for them, and what is to be done when the flight has completed; set when they come to one. */
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

  /** What waits with them, but is notified of other results. */
  another(value: V, index: number): Waiting<V, T, R> {
    const another = new Waiting(this.#destination, this.#select, value, index);
    another.completed = this.completed;
    return another;
  }

  leave(): void {
    // While they wait for a notification they are no callers.
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
    // Before anything is called that may make the run go on: the others are notified of this result then, inside.
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

  /** The first also where the others are not kept. */
  #at(place: number): Numbered<V> {
    return this.#others?.[place - 1] ?? this;
  }
}
