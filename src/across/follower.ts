import type { Sink } from '../flight/broadcast.js';
import { Caller } from '../flight/caller.js';
import type { Participant } from './participant.js';
import type { Numbered, Run } from './run.js';

/** A call elsewhere that waits on a run here: one more caller of its flight, over the wire. */
export class Follower<T> implements Sink<Numbered<T>> {
  readonly from: string;
  readonly call: number;
  /** It is told the values after this one. */
  readonly base: number;
  closed = false;
  /** For how many beats it has not been heard of. */
  silence = 0;
  readonly #participant: Participant;
  readonly #run: Run<T>;
  readonly #caller: Caller<Numbered<T>>;
  readonly #unwatch: (() => void) | undefined;
  /** What it has not acknowledged. */
  #values: Numbered<T>[] = [];
  #sent = 0;
  #end: readonly unknown[] | undefined;
  #flushing = false;
  /** While it is yet to be told that it has been heard. */
  #stopWaiting: (() => void) | undefined;

  constructor(participant: Participant, run: Run<T>, from: string, call: number, have: number, gone: () => void) {
    this.#participant = participant;
    this.#run = run;
    this.from = from;
    this.call = call;
    this.#caller = new Caller<Numbered<T>>(this, run.flight);
    run.flight.board(this.#caller);
    this.base = (this.#values[0]?.index ?? run.latest + 1) - 1;
    this.#unwatch = participant.wire.watch?.(from, gone);
    this.heard(have, true);
  }

  next(value: Numbered<T>): void {
    this.#values.push(value);
    this.#flush();
  }

  error(error: unknown): void {
    this.#finish(this.#run.flight.outcome, this.#participant.packThrown(error));
  }

  complete(): void {
    this.#finish('complete');
  }

  /** It has the values up to this number, and may ask for what comes after. */
  heard(have: number, asks: boolean): void {
    const { clock, patience, wire } = this.#participant;
    this.silence = 0;
    this.#values = this.#values.filter(({ index }) => index > have);
    if (!asks) {
      return;
    }
    this.#sent = Math.max(have, this.base);
    if (this.#values.length > 0 || this.#end !== undefined || wire.beat === undefined) {
      this.#flush();
    } else {
      // A message less, where there is something to tell soon: it does not ask again, or doubt the leader, before that.
      this.#stopWaiting ??= clock.after(Math.min(patience, wire.beat) / 32, () => {
        this.#send();
      });
    }
  }

  /** The leader withdraws. */
  release(): void {
    this.#end = [this.#sent, 'gone'];
    this.#send();
  }

  leave(): void {
    this.closed = true;
    this.#caller.unsubscribe();
    this.#stopWaiting?.();
    this.#unwatch?.();
  }

  /** Values that come together are sent together, with the end if that comes, too. */
  #flush(): void {
    if (!this.#flushing) {
      this.#flushing = true;
      queueMicrotask(() => {
        this.#flushing = false;
        if (!this.closed && (this.#end !== undefined || !this.#run.settling)) {
          this.#send();
        }
      });
    }
  }

  #finish(...end: readonly unknown[]): void {
    void this.#run.free().then(() => {
      this.#end = [this.#run.latest, ...end];
      this.#send();
    });
  }

  #send(): void {
    const participant = this.#participant;
    const values = this.#values.filter(({ index }) => index > this.#sent);
    // An ask that was overtaken by a later one has set back what counts as sent, but not what was acknowledged.
    const first = values[0]?.index ?? this.#sent + 1;
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    try {
      const packed = values.map((value) => (value.packed ??= participant.pack(value.value)));
      participant.send(this.from, 'news', this.#run.id, this.call, this.base, first, packed, this.#end);
      this.#sent = first + values.length - 1;
    } catch (error) {
      // It is not to wait for what cannot come.
      this.#caller.unsubscribe();
      this.#values = [];
      this.#end = [this.#sent, 'apart', participant.packThrown(error)];
      this.#send();
    }
  }
}
