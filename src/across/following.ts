import type { Participant } from './participant.js';
import { leaderOf } from './wire.js';

/** The flight here, as the one that it follows needs it. */
export interface Followed {
  /** The leader has been heard of for the first time. */
  found(leader: string): void;
  next(heard: { readonly value: unknown }): void;
  /**
   * The flight has ended by `complete`, `error` or `abort`. By `apart` where the leader has a value that cannot be sent, or one that cannot be
   * read has come; by `gone` where the leader is, or does not know the flight any more.
   */
  end(type: unknown, what: unknown): void;
  /** Nothing has been heard of the leader for so many beats. Settles when something is known. */
  doubt(following: Following, beats: number): Promise<void>;
}

/** How many values come before one says so unasked: the leader keeps them until then. */
const mostUnacknowledged = 64;

/** How long, in ms, what a leader has sent may take longer than the news of its death. */
const grace = 30;

/** A call from here that waits on a flight elsewhere, or that ends it. */
export class Following {
  readonly flight: string;
  readonly leader: string;
  readonly #call: number;
  readonly #participant: Participant;
  #to: Followed | undefined;
  /** The number of the latest value. */
  #have = 0;
  #acknowledged = 0;
  /** How often it has asked: answers may overtake one another. */
  #asks = 0;
  #found = false;
  #silence = 0;
  #doubting = false;
  #open = true;
  /** Why it ends the flight, as it is sent, once it does. */
  #reason: readonly [unknown] | undefined;
  readonly #stop: (() => void)[] = [];
  #stopSeeking: (() => void) | undefined;

  /** Without somebody to tell it is to {@link abort} the flight. */
  constructor(participant: Participant, flight: string, to?: Followed) {
    this.flight = flight;
    this.leader = leaderOf(flight);
    this.#call = ++participant.calls;
    this.#participant = participant;
    this.#to = to;
    participant.followed.set(this.#call, this);
    if (to !== undefined) {
      this.#watch();
      this.#seek(participant.patience / 16);
    }
  }

  news(base: number, first: number, values: readonly unknown[], end: readonly unknown[] | undefined): void {
    this.#silence = 0;
    if (this.#reason !== undefined) {
      if (end !== undefined) {
        this.leave();
      }
      return;
    }
    if (!this.#found) {
      this.#found = true;
      this.#stopSeeking?.();
      this.#to?.found(this.leader);
    }
    if (this.#have === 0) {
      this.#have = this.#acknowledged = base;
    }
    for (const [i, packed] of values.entries()) {
      if (this.#open && first + i === this.#have + 1) {
        this.#have++;
        this.#read(packed, (value) => this.#to?.next({ value }));
      }
    }
    if (!this.#open) {
      return;
    }
    const [latest = first + values.length - 1, type, what] = end ?? [];
    if (this.#have < (latest as number)) {
      this.#ask();
    } else if (type === 'error' || type === 'abort' || type === 'apart') {
      this.#read(what, (thrown) => {
        this.#end(type, thrown);
      });
    } else if (type === 'complete') {
      this.#end(type);
    } else if (end !== undefined) {
      this.#lose('has withdrawn');
    } else if (this.#have - this.#acknowledged >= mostUnacknowledged) {
      this.#acknowledged = this.#have;
      this.#send('have', this.#have);
    }
  }

  /** The leader does not know the flight, as an answer to the ask of this number. */
  gone(ask: unknown): void {
    if (this.#reason !== undefined) {
      this.#close();
    } else if (!this.#found || ask === this.#asks) {
      this.#lose('has let go of the flight');
    }
    // Otherwise the leader had only just been granted the key when it answered, and has sent news since.
  }

  beat(): void {
    // Before it is found it is sought.
    if (this.#found && this.#silence++ > 0) {
      this.#doubt();
    }
    if (this.#found || this.#reason !== undefined) {
      this.#ask();
    }
  }

  leave(): void {
    if (this.#open) {
      this.#close();
      this.#send('leave');
    }
  }

  /** Ends the flight, and says so until that has been heard. */
  abort(reason: unknown): void {
    const participant = this.#participant;
    this.#stopSeeking?.();
    this.#to = undefined;
    this.#reason = [participant.packThrown(reason)];
    participant.enter(this);
    participant.aborted.add(this.flight);
    this.#stop.push(participant.clock.after(participant.memory, () => this.#close(), true));
    this.#ask();
  }

  #watch(): void {
    const { clock, wire } = this.#participant;
    const unwatch = wire.watch?.(this.leader, () => {
      this.#stop.push(
        clock.after(grace, () => {
          this.#lose('is gone');
        }),
      );
    });
    if (unwatch !== undefined) {
      this.#stop.push(unwatch);
    }
  }

  /** Asks until the leader is heard of, where that may be lost, and whether there is one. */
  #seek(wait: number): void {
    this.#ask();
    const { clock, wire } = this.#participant;
    if (wire.beat !== undefined) {
      this.#stopSeeking = clock.after(wait, () => {
        this.#doubt();
        this.#seek(2 * wait);
      });
    }
  }

  #doubt(): void {
    if (!this.#doubting) {
      this.#doubting = true;
      void this.#to?.doubt(this, this.#silence).then(() => (this.#doubting = false));
    }
  }

  #ask(): void {
    if (this.#reason === undefined) {
      this.#send('ask', this.#have, ++this.#asks);
    } else {
      this.#send('abort', ...this.#reason);
    }
  }

  #send(type: string, ...what: readonly unknown[]): void {
    this.#participant.send(this.leader, type, this.flight, this.#call, ...what);
  }

  #lose(how: string): void {
    this.#end('gone', new Error(`The participant ${this.leader} ${how}`));
  }

  #end(type: string, what?: unknown): void {
    // Says, too, that it has heard.
    this.leave();
    this.#to?.end(type, what);
  }

  #read(packed: unknown, then: (value: unknown) => void): void {
    let value: unknown;
    try {
      value = this.#participant.unpack(packed);
    } catch (error) {
      this.#end('apart', error);
      return;
    }
    then(value);
  }

  /** Hears no more, and says nothing. */
  #close(): void {
    this.#open = false;
    this.#stopSeeking?.();
    this.#participant.followed.delete(this.#call);
    this.#participant.aborted.delete(this.flight);
    this.#participant.leave(this);
    for (const stop of this.#stop) {
      stop();
    }
  }
}
