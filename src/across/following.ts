import { forGood, type Listening, type Participant } from './participant.js';
import { leaderOf } from './wire.js';

/** The flight here, as the one that it follows needs it. */
export interface Followed {
  /** The leader has been heard of for the first time. */
  found(leader: string): void;
  next(value: unknown): void;
  complete(): void;
  error(error: unknown): void;
  abort(reason: unknown): void;
  /** The leader has a value that cannot be sent, or one that cannot be read has come. */
  refused(error: unknown): void;
  /** The leader is gone, or does not know the flight any more. */
  lost(error: unknown): void;
  /** Nothing has been heard of the leader for so many beats. */
  doubt(following: Following, beats: number): void;
}

/** How many values come before one says so unasked: the leader keeps them until then. */
const mostUnacknowledged = 64;

/** How long, in ms, what a leader has sent may take longer than the news of its death. */
const grace = 30;

/** A call from here that waits on a flight elsewhere. */
export class Following implements Listening {
  readonly flight: string;
  readonly leader: string;
  readonly call: number;
  readonly #participant: Participant;
  readonly #to: Followed;
  /** The number of the latest value. */
  #have = 0;
  #acknowledged = 0;
  /** How often it has asked: answers may overtake one another. */
  #asks = forGood;
  #found = false;
  #silence = 0;
  #open = true;
  readonly #stop: (() => void)[] = [];
  #stopSeeking: (() => void) | undefined;

  constructor(participant: Participant, flight: string, to: Followed) {
    this.flight = flight;
    this.leader = leaderOf(flight);
    this.call = ++participant.calls;
    this.#participant = participant;
    this.#to = to;
    const { clock, wire } = participant;
    participant.followed.set(this.call, this);
    const unwatch = wire.watch?.(this.leader, () => {
      this.#stop.push(
        clock.after(grace, () => {
          this.#lose(new Error(`The participant ${this.leader} is gone`));
        }),
      );
    });
    if (unwatch !== undefined) {
      this.#stop.push(unwatch);
    }
    this.#seek(participant.patience / 16);
  }

  news(base: number, first: number, values: readonly unknown[], end: readonly unknown[] | undefined): void {
    this.#silence = 0;
    if (!this.#found) {
      this.#found = true;
      this.#stopSeeking?.();
      this.#to.found(this.leader);
    }
    if (this.#have === 0) {
      this.#have = this.#acknowledged = base;
    }
    for (const [i, packed] of values.entries()) {
      if (this.#open && first + i === this.#have + 1) {
        this.#have++;
        this.#read(packed, (value) => {
          this.#to.next(value);
        });
      }
    }
    if (!this.#open) {
      return;
    }
    const [latest = first + values.length - 1, type, what] = end ?? [];
    if (this.#have < (latest as number)) {
      this.#ask();
    } else if (end !== undefined) {
      this.#end(type, what);
    } else if (this.#have - this.#acknowledged >= mostUnacknowledged) {
      this.#acknowledged = this.#have;
      this.#send('have', this.#have);
    }
  }

  gone(ask: unknown): void {
    if (!this.#found || ask === this.#asks || ask === forGood) {
      this.#lose(new Error(`The participant ${this.leader} has let go of the flight`));
    }
    // Otherwise the leader had only just been granted the key when it answered, and has sent news since.
  }

  beat(): void {
    if (this.#found) {
      if (this.#silence > 0) {
        this.#to.doubt(this, this.#silence);
      }
      this.#silence++;
      this.#ask();
    }
  }

  leave(): void {
    if (this.#open) {
      this.close();
      this.#send('leave');
    }
  }

  /** Hears no more, and says nothing. */
  close(): void {
    this.#open = false;
    this.#stopSeeking?.();
    this.#participant.followed.delete(this.call);
    for (const stop of this.#stop) {
      stop();
    }
  }

  /** Asks until the leader is heard of, where that may be lost, and whether there is one. */
  #seek(wait: number): void {
    this.#ask();
    const { clock, wire } = this.#participant;
    if (wire.beat !== undefined) {
      this.#stopSeeking = clock.after(wait, () => {
        this.#to.doubt(this, 0);
        if (this.#open) {
          this.#seek(2 * wait);
        }
      });
    }
  }

  #ask(): void {
    this.#send('ask', this.#have, ++this.#asks);
  }

  #send(type: string, ...what: readonly unknown[]): void {
    this.#participant.send(this.leader, type, this.flight, this.call, ...what);
  }

  #lose(error: Error): void {
    this.leave();
    this.#to.lost(error);
  }

  #end(type: unknown, what: unknown): void {
    // Says, too, that it has heard.
    this.leave();
    if (type === 'complete') {
      this.#to.complete();
    } else {
      try {
        what = this.#participant.unpack(what);
      } catch (error) {
        type = 'apart';
        what = error;
      }
      if (type === 'error' || type === 'abort') {
        this.#to[type](what);
      } else {
        this.#to.refused(what);
      }
    }
  }

  #read(packed: unknown, then: (value: unknown) => void): void {
    let value: unknown;
    try {
      value = this.#participant.unpack(packed);
    } catch (error) {
      this.leave();
      this.#to.refused(error);
      return;
    }
    then(value);
  }
}
