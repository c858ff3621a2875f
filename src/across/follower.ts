import { Observable, type Subscriber } from 'rxjs';
import type { Participant } from './participant.js';
import type { Numbered, Run } from './run.js';

/** A call elsewhere that waits on a run here: one more caller of its flight, over the wire. */
export class Follower<T> {
  readonly from: string;
  readonly call: number;
  /** It is told the values after this one. */
  readonly base: number;
  /** For how many beats it has not been heard of. */
  silence = 0;
  readonly #participant: Participant;
  readonly #run: Run<T>;
  #subscriber!: Subscriber<Numbered<T>>;
  readonly #unwatch: (() => void) | undefined;
  /** What it has not acknowledged. */
  #values: Numbered<T>[] = [];
  #sent: number;
  #end: readonly unknown[] | undefined;
  #flushing = false;

  constructor(participant: Participant, run: Run<T>, from: string, call: number, have: number, gone: () => void) {
    this.#participant = participant;
    this.#run = run;
    this.from = from;
    this.call = call;
    let base: number | undefined;
    this.#sent = have;
    new Observable<Numbered<T>>((subscriber) => {
      this.#subscriber = subscriber;
      run.board(subscriber);
    }).subscribe({
      next: (value) => {
        base ??= value.index - 1;
        if (value.index > have) {
          this.#values.push(value);
          this.#flush();
        }
      },
      error: (error: unknown) => {
        this.#finish(run.flight.outcome, participant.packThrown(error));
      },
      complete: () => {
        this.#finish('complete');
      },
    });
    this.base = base ?? run.latest;
    this.#sent = Math.max(have, this.base);
    this.#unwatch = participant.wire.watch?.(from, gone);
    // It is to know that it has been heard.
    this.#flush();
  }

  /** It has the values up to this number, and may ask for what comes after. */
  heard(have: number, asks: boolean): void {
    this.silence = 0;
    this.#values = this.#values.filter(({ index }) => index > have);
    if (asks) {
      this.#send(this.#values);
    }
  }

  leave(): void {
    this.#subscriber.unsubscribe();
    this.#unwatch?.();
  }

  /** Values that come together are sent together, with the end if that comes, too. */
  #flush(): void {
    if (!this.#flushing) {
      this.#flushing = true;
      queueMicrotask(() => {
        this.#flushing = false;
        if (!this.#run.settling) {
          this.#send(this.#values.filter(({ index }) => index > this.#sent));
        }
      });
    }
  }

  #finish(...end: readonly unknown[]): void {
    void this.#run.free().then(() => {
      this.#end = [this.#run.latest, ...end];
      this.#send(this.#values.filter(({ index }) => index > this.#sent));
    });
  }

  #send(values: readonly Numbered<T>[]): void {
    const first = values[0]?.index ?? this.#sent + 1;
    try {
      const packed = values.map((value) => (value.packed ??= this.#participant.pack(value.value)));
      this.#participant.send(this.from, 'news', this.#run.id, this.call, this.base, first, packed, this.#end);
    } catch (error) {
      // It is not to wait for what cannot come.
      this.#subscriber.unsubscribe();
      this.#values = this.#values.filter(({ index }) => index <= this.#sent);
      this.#end = [this.#sent, 'apart', this.#participant.packThrown(error)];
      this.#send([]);
    }
    this.#sent = values.at(-1)?.index ?? this.#sent;
  }
}
