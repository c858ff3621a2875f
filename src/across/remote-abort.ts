import type { Listening, Participant } from './participant.js';
import { leaderOf } from './wire.js';

/** Ends a flight that is led elsewhere, and says so until it has been heard. */
export class RemoteAbort implements Listening {
  readonly flight: string;
  readonly #participant: Participant;
  readonly #call: number;
  readonly #reason: unknown;
  readonly #stop: () => void;

  /** Of a flight that was followed from here, `call` is the call that followed it. */
  constructor(participant: Participant, flight: string, reason: unknown, call = ++participant.calls) {
    this.flight = flight;
    this.#participant = participant;
    this.#call = call;
    this.#reason = reason;
    participant.enter(this);
    participant.followed.set(call, this);
    participant.aborted.add(flight);
    this.#stop = participant.clock.after(participant.memory, () => this.gone(), true);
    this.beat();
  }

  news(_base: number, _first: number, _values: readonly unknown[], end: readonly unknown[] | undefined): void {
    if (end !== undefined) {
      this.#participant.send(leaderOf(this.flight), 'leave', this.flight, this.#call);
      this.gone();
    }
  }

  gone(): void {
    this.#stop();
    this.#participant.followed.delete(this.#call);
    this.#participant.aborted.delete(this.flight);
    this.#participant.leave(this);
  }

  beat(): void {
    this.#participant.send(leaderOf(this.flight), 'abort', this.flight, this.#call, this.#reason);
  }
}
