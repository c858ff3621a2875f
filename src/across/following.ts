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
  end(type: unknown, error: unknown): void;
  /** Checks whether the leader is alive, which has sent no message for so many beats. Settles when the check is done. */
  checkLeader(following: Following, beats: number): Promise<void>;
}

/** A follower acknowledges values after so many of them, so that the leader can release them. */
const mostUnacknowledged = 64;

/** For how many ms after the death of a leader the messages that it sent before may still arrive. */
const grace = 30;

/** The connection to a flight that another participant leads: to follow the flight, or to abort it. */
export class Following implements FollowedFlight {
  readonly flight: string;
  readonly leader: string;
  readonly #call: number;
  readonly #participant: Participant;
  #owner: FollowingOwner | undefined;
  /** The number of the latest value that has been received. */
  #received = 0;
  #acknowledged = 0;
  /** How often it has asked. Each question has a number, because answers may arrive in another order. */
  #asks = 0;
  /** Whether a message of the leader has come. */
  #found = false;
  /** How many beats have passed since the latest message of the leader. */
  #silence = 0;
  #checking = false;
  #open = true;
  /** The packed reason, once this connection aborts the flight. */
  #abortReason: readonly [unknown] | undefined;
  readonly #stop: (() => void)[] = [];
  #stopSeeking: (() => void) | undefined;

  /** Without an owner it does not follow the flight: it can only {@link abort} it. */
  constructor(participant: Participant, flight: string, owner?: FollowingOwner) {
    this.flight = flight;
    this.leader = leaderOf(flight);
    this.#call = ++participant.calls;
    this.#participant = participant;
    this.#owner = owner;
    participant.followed.set(this.#call, this);
    if (owner !== undefined) {
      this.#watch();
      this.#seek(participant.patience / 16);
    }
  }

  /** Values of the flight, the first of which has the number `first`; and the end, once it has ended. */
  news(base: number, first: number, values: readonly unknown[], end: readonly unknown[] | undefined): void {
    this.#silence = 0;
    if (this.#abortReason !== undefined) {
      if (end !== undefined) {
        this.leave();
      }
      return;
    }
    if (!this.#found) {
      this.#found = true;
      this.#stopSeeking?.();
      this.#owner?.found(this.leader);
    }
    if (this.#received === 0) {
      this.#received = this.#acknowledged = base;
    }
    for (const [i, packed] of values.entries()) {
      if (this.#open && first + i === this.#received + 1) {
        this.#received++;
        this.#read(packed, (value) => this.#owner?.next({ value }));
      }
    }
    if (!this.#open) {
      return;
    }
    const [latest = first + values.length - 1, type, error] = end ?? [];
    if (this.#received < (latest as number)) {
      this.#ask();
    } else if (type === 'error' || type === 'abort' || type === 'apart') {
      this.#read(error, (thrown) => {
        this.#end(type, thrown);
      });
    } else if (type === 'complete') {
      this.#end(type);
    } else if (end !== undefined) {
      this.#loseLeader('has withdrawn');
    } else if (this.#received - this.#acknowledged >= mostUnacknowledged) {
      this.#acknowledged = this.#received;
      this.#send('have', this.#received);
    }
  }

  /** The leader does not know the flight. This answers the question with the number `ask`. */
  gone(ask: unknown): void {
    if (this.#abortReason !== undefined) {
      this.#close();
    } else if (!this.#found || ask === this.#asks) {
      this.#loseLeader('has let go of the flight');
    }
    // Otherwise this is an old answer: the leader sent it just before it was granted the key, and has sent values since.
  }

  beat(): void {
    // Until the first message of the leader, `#seek` does this.
    if (this.#found && this.#silence++ > 0) {
      this.#checkLeader();
    }
    if (this.#found || this.#abortReason !== undefined) {
      this.#ask();
    }
  }

  leave(): void {
    if (this.#open) {
      this.#close();
      this.#send('leave');
    }
  }

  /** Ends the flight. The message is sent again and again until the leader has answered. */
  abort(reason: unknown): void {
    const participant = this.#participant;
    this.#stopSeeking?.();
    this.#owner = undefined;
    this.#abortReason = [participant.packThrown(reason)];
    participant.addActivity(this);
    participant.aborted.add(this.flight);
    this.#stop.push(participant.clock.after(participant.memory, () => this.#close(), true));
    this.#ask();
  }

  #watch(): void {
    const { clock, wire } = this.#participant;
    const unwatch = wire.watch?.(this.leader, () => {
      this.#stop.push(
        clock.after(grace, () => {
          this.#loseLeader('is gone');
        }),
      );
    });
    if (unwatch !== undefined) {
      this.#stop.push(unwatch);
    }
  }

  /** Asks the leader. On a medium that may lose messages, asks again until it answers, and checks whether it is alive. */
  #seek(wait: number): void {
    this.#ask();
    const { clock, wire } = this.#participant;
    if (wire.beat !== undefined) {
      this.#stopSeeking = clock.after(wait, () => {
        this.#checkLeader();
        this.#seek(2 * wait);
      });
    }
  }

  #checkLeader(): void {
    if (!this.#checking) {
      this.#checking = true;
      void this.#owner?.checkLeader(this, this.#silence).then(() => (this.#checking = false));
    }
  }

  #ask(): void {
    if (this.#abortReason === undefined) {
      this.#send('ask', this.#received, ++this.#asks);
    } else {
      this.#send('abort', ...this.#abortReason);
    }
  }

  #send(type: string, ...content: readonly unknown[]): void {
    this.#participant.send(this.leader, type, this.flight, this.#call, ...content);
  }

  #loseLeader(how: string): void {
    this.#end('gone', new Error(`The participant ${this.leader} ${how}`));
  }

  #end(type: string, error?: unknown): void {
    // For the leader, this also acknowledges the end.
    this.leave();
    this.#owner?.end(type, error);
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

  /** Stops without a message to the leader. */
  #close(): void {
    this.#open = false;
    this.#stopSeeking?.();
    this.#participant.followed.delete(this.#call);
    this.#participant.aborted.delete(this.flight);
    this.#participant.removeActivity(this);
    for (const stop of this.#stop) {
      stop();
    }
  }
}
