import { Subscription } from 'rxjs';
import type { FollowedFlight, Participant } from './participant.js';
import { leaderOf } from './wire.js';

/** What a {@link Following} needs of the route that it works for. */
export interface FollowingOwner {
  /** Called when the first message of the leader has come. */
  found(leader: string): void;
  next(received: { readonly value: unknown }): void;
  /**
   * Called when there is nothing more to follow. `complete`, `error` and `abort`: the flight has ended so. `apart`: the leader cannot send
   * a value, or the value cannot be read here. `gone`: the leader has died or withdrawn, or no longer knows the flight.
   */
  end(type: unknown, error?: unknown): void;
  /** Checks whether the leader is alive, which has sent no message for some time. */
  checkLeader(following: Following, isLate: boolean): void;
}

/** A follower acknowledges values after so many of them, so that the leader can release them. */
const mostUnacknowledged = 64;

/** After how many beats without a message a leader is given up, if the medium does not confirm that it still has the key. */
const mostSilence = 3;

/** For how many ms after the death of a leader the messages that it sent before may still arrive. */
const grace = 30;

/** The connection of a follower to a flight that another participant leads. */
export class Following implements FollowedFlight {
  readonly flight: string;
  readonly call: number;
  readonly #leader: string;
  readonly #participant: Participant;
  readonly #owner: FollowingOwner;
  /** The number of the latest value that has been received. */
  #received = 0;
  #acknowledged = 0;
  /** How often it has asked. Each question has a number, because answers may arrive in another order. */
  #asks = 0;
  /** Whether a message of the leader has come. */
  #found = false;
  /** How many beats have passed since the latest message of the leader. */
  #silence = 0;
  /** Watches and timers. Closed when there is nothing more to follow. */
  readonly #connection = new Subscription();

  constructor(participant: Participant, flight: string, owner: FollowingOwner) {
    const { clock, followed, patience, wire } = participant;
    this.flight = flight;
    this.call = ++participant.calls;
    this.#leader = leaderOf(flight);
    this.#participant = participant;
    this.#owner = owner;
    followed.set(this.call, this);
    this.#connection.add(
      wire.watch?.(this.#leader, () => {
        this.#connection.add(
          clock.after(grace, () => {
            this.lose();
          }),
        );
      }),
    );
    this.#seek(patience / 16);
  }

  news(base: number, latest: number, values: readonly unknown[], end: unknown, error: unknown): void {
    this.#silence = 0;
    if (!this.#found) {
      this.#found = true;
      this.#owner.found(this.#leader);
    }
    if (this.#received === 0) {
      this.#received = this.#acknowledged = base;
    }
    const first = latest - values.length + 1;
    for (const [i, packed] of values.entries()) {
      if (!this.#connection.closed && first + i === this.#received + 1) {
        this.#received++;
        this.#read(packed, (value) => {
          this.#owner.next({ value });
        });
      }
    }
    if (this.#connection.closed) {
      return;
    }
    if (this.#received < latest) {
      this.#ask();
    } else if (error !== undefined) {
      this.#read(error, (thrown) => {
        this.#end(end, thrown);
      });
    } else if (end === 'complete') {
      this.#end(end);
    } else if (end !== undefined) {
      this.lose();
    } else if (this.#received - this.#acknowledged >= mostUnacknowledged) {
      this.#acknowledged = this.#received;
      this.#send('have', this.#received);
    }
  }

  /** The leader does not know the flight. This answers the question with the number `ask`. */
  gone(ask: unknown): void {
    if (!this.#found || ask === this.#asks) {
      this.lose();
    }
    // Otherwise this is an old answer: the leader sent it just before it was granted the key, and has sent values since.
  }

  beat(): void {
    // Until the first message of the leader, `#seek` does this.
    if (this.#found) {
      if (this.#silence++ > 0) {
        this.#checkLeader();
      }
      this.#ask();
    }
  }

  leave(): void {
    if (this.close()) {
      this.#send('leave');
    }
  }

  /** Stops without a message to the leader. Returns whether it was still open. */
  close(): boolean {
    const { closed } = this.#connection;
    this.#connection.unsubscribe();
    this.#participant.followed.delete(this.call);
    return !closed;
  }

  /** The leader does not lead the flight any more. */
  lose(error: unknown = new Error(`The participant ${this.#leader} no longer leads the flight`)): void {
    this.#end('gone', error);
  }

  /** Asks the leader. On a medium that may lose messages, asks again until it answers, and checks whether it is alive. */
  #seek(wait: number): void {
    this.#ask();
    const { clock, wire } = this.#participant;
    if (wire.beat !== undefined) {
      this.#connection.add(
        clock.after(wait, () => {
          if (!this.#found) {
            this.#checkLeader();
            this.#seek(2 * wait);
          }
        }),
      );
    }
  }

  #checkLeader(): void {
    this.#owner.checkLeader(this, this.#silence >= mostSilence);
  }

  #ask(): void {
    this.#send('ask', this.#received, ++this.#asks);
  }

  #send(type: string, ...content: readonly unknown[]): void {
    this.#participant.send(this.#leader, type, this.flight, this.call, ...content);
  }

  #end(type: unknown, error?: unknown): void {
    // For the leader, this also acknowledges the end.
    this.leave();
    this.#owner.end(type, error);
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
}
