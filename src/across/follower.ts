import type { Sink } from '../flight/broadcast.js';
import { Caller } from '../flight/caller.js';
import type { Flight } from '../flight/flight.js';
import type { Numbered } from './numbered.js';
import type { Participant } from './participant.js';

/** The run that a {@link Follower} waits on. */
export interface FollowedRun<T> {
  readonly id: string;
  readonly flight: Flight<string, Numbered<T>>;
  readonly latest: number;
  /** Closed when the function has completed or failed. Then the end waits for the key to be free. */
  readonly connection: { readonly closed: boolean } | undefined;
  free(): Promise<unknown>;
}

/** A call of another participant that waits on a run here. For the flight of the run, it is one more caller. */
export class Follower<T> implements Sink<Numbered<T>> {
  readonly from: string;
  readonly call: number;
  /** It gets the values after the one with this number. */
  readonly base: number;
  closed = false;
  /** How many beats have passed since its last message. */
  silence = 0;
  readonly #participant: Participant;
  readonly #run: FollowedRun<T>;
  readonly #caller: Caller<Numbered<T>>;
  readonly #unwatch: (() => void) | undefined;
  /** The values that it has not acknowledged. */
  #values: Numbered<T>[] = [];
  /** The number of the latest value that was sent to it. */
  #sent = 0;
  /** Empty until the flight ends: then how it ended, and the packed error. */
  #end: readonly unknown[] = [];
  #flushing = false;
  /** Set while the answer to its question is delayed. */
  #stopDelay: (() => void) | undefined;

  constructor(
    participant: Participant,
    run: FollowedRun<T>,
    from: string,
    call: number,
    have: number,
    gone: () => void,
  ) {
    this.#participant = participant;
    this.#run = run;
    this.from = from;
    this.call = call;
    this.#caller = new Caller<Numbered<T>>(this, run.flight);
    run.flight.board(this.#caller);
    this.base = (this.#values[0]?.index ?? run.latest + 1) - 1;
    this.#unwatch = participant.wire.watch?.(from, gone);
    this.acknowledge(have, true);
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

  /** It has received the values up to the number `have`. If it `asks`, the values after that are sent again. */
  acknowledge(have: number, asks: boolean): void {
    const { clock, patience, wire } = this.#participant;
    this.silence = 0;
    this.#values = this.#values.filter(({ index }) => index > have);
    if (!asks) {
      return;
    }
    this.#sent = Math.max(have, this.base);
    if (this.#values.length > 0 || this.#end.length > 0 || wire.beat === undefined) {
      this.#flush();
    } else {
      // A value or the end may come soon, and then one message is enough. The delay is so short that the follower neither asks
      // again nor suspects that the leader is gone.
      this.#stopDelay ??= clock.after(Math.min(patience, wire.beat) / 32, () => {
        this.#send();
      });
    }
  }

  /** Sends that the leader withdraws. */
  release(): void {
    this.#end = ['gone'];
    this.#send();
  }

  leave(): void {
    this.closed = true;
    this.#caller.unsubscribe();
    this.#stopDelay?.();
    this.#unwatch?.();
  }

  /** Sends everything of one tick together: several values, and the end if it comes in the same tick. */
  #flush(): void {
    if (!this.#flushing) {
      this.#flushing = true;
      queueMicrotask(() => {
        this.#flushing = false;
        if (!this.closed && (this.#end.length > 0 || this.#run.connection?.closed === false)) {
          this.#send();
        }
      });
    }
  }

  #finish(...end: readonly unknown[]): void {
    void this.#run.free().then(() => {
      this.#end = end;
      this.#send();
    });
  }

  #send(): void {
    const participant = this.#participant;
    const values = this.#values.filter(({ index }) => index > this.#sent);
    const latest = values.at(-1)?.index ?? this.#sent;
    this.#stopDelay?.();
    this.#stopDelay = undefined;
    try {
      const packed = values.map((value) => (value.packed ??= participant.pack(value.value)));
      participant.send(this.from, 'news', this.#run.id, this.call, this.base, latest, packed, ...this.#end);
      this.#sent = latest;
    } catch (error) {
      // This value cannot be sent, so the follower must not wait for it.
      this.#caller.unsubscribe();
      this.#values = [];
      this.#end = ['apart', participant.packThrown(error)];
      this.#send();
    }
  }
}
