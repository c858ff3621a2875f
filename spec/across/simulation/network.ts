import { leaderOf, type Wire } from '../../../src/across/wire.js';
import { nobody, type VirtualTime } from './virtual-time.js';

/** How the medium behaves. */
export interface Medium {
  /** Ms that a key is held unless it is renewed, on a medium that loses messages; undefined for a medium with locks. */
  readonly lease: number | undefined;
  /** How many of a hundred messages and answers are lost. */
  readonly lost: number;
  readonly doubled: number;
  /** Ms that a message takes at most. */
  readonly delay: number;
}

/** How the server does not do what it is asked to: it does not answer, it refuses, or it answers late. */
export type Away = 'silent' | 'refuses' | 'late';

/** Everything between participants, and the keys that they claim. */
export class Network {
  readonly time: VirtualTime;
  readonly medium: Medium;
  readonly #random: () => number;
  readonly #keys = new Map<string, { readonly flight: string; until: number }>();
  readonly #members = new Map<string, SimulatedWire>();
  readonly #owners = new Map<string, number>();
  readonly #cuts = new Set<string>();
  away: Away | undefined;
  /** How many of the next messages and requests are lost. */
  losses = 0;

  constructor(time: VirtualTime, medium: Medium, random: () => number) {
    this.time = time;
    this.medium = medium;
    this.#random = random;
  }

  wire(owner: number): SimulatedWire {
    return new SimulatedWire(this, owner);
  }

  /** Keys that somebody holds. */
  get held(): string[] {
    return [...this.#keys.keys()].filter((key) => this.holder(key) !== undefined);
  }

  get members(): number {
    return this.#members.size;
  }

  holder(key: string): string | undefined {
    const entry = this.#keys.get(key);
    return entry !== undefined && entry.until > this.time.now ? entry.flight : undefined;
  }

  hold(key: string, flight: string): void {
    this.#keys.set(key, { flight, until: this.time.now + (this.medium.lease ?? Infinity) });
  }

  free(key: string): void {
    this.#keys.delete(key);
  }

  join(participant: string, wire: SimulatedWire): void {
    this.#members.set(participant, wire);
    this.#owners.set(participant, wire.owner);
  }

  owner(participant: string): number {
    return this.#owners.get(participant) ?? nobody;
  }

  leave(participant: string): void {
    this.#members.delete(participant);
    for (const wire of this.#members.values()) {
      wire.noticeLeaving(participant);
    }
  }

  /** As if its process died: locks end with it, leases do not. */
  crash(wire: SimulatedWire): void {
    this.time.kill(wire.owner);
    if (this.medium.lease === undefined) {
      for (const [key, { flight }] of this.#keys) {
        if (leaderOf(flight) === wire.participant) {
          this.#keys.delete(key);
        }
      }
      this.leave(wire.participant);
    } else {
      this.#members.delete(wire.participant);
    }
  }

  member(participant: string): SimulatedWire | undefined {
    return this.#members.get(participant);
  }

  cut(one: number, other: number, isCut: boolean): void {
    const cut = [one, other].sort().join();
    if (isCut) {
      this.#cuts.add(cut);
    } else {
      this.#cuts.delete(cut);
    }
  }

  isCut(one: number, other: number): boolean {
    return this.#cuts.has([one, other].sort().join());
  }

  takeLoss(): boolean {
    return this.medium.lease !== undefined && this.losses > 0 && this.losses-- > 0;
  }

  chance(percent: number): boolean {
    return this.medium.lease !== undefined && this.#random() * 100 < percent;
  }

  delay(): number {
    return 1 + Math.floor(this.#random() * this.medium.delay);
  }
}

export class SimulatedWire implements Wire {
  readonly owner: number;
  readonly beat: number | undefined;
  participant = '';
  readonly #network: Network;
  #receive: ((from: string, message: unknown) => void) | undefined;
  readonly #watches = new Map<string, Set<() => void>>();
  /** Flights that have claimed their keys, and have no answer yet. */
  readonly #wanted = new Set<string>();
  /** Flights whose keys are renewed. */
  readonly #held = new Map<string, string>();
  #isRenewing = false;
  #latestArrival = 0;
  readonly #latestDelivery = new Map<string, number>();

  constructor(network: Network, owner: number) {
    this.#network = network;
    this.owner = owner;
    const { lease } = network.medium;
    this.beat = lease === undefined ? undefined : lease / 3;
  }

  open(participant: string, receive: (from: string, message: unknown) => void): void {
    this.participant = participant;
    this.#receive = receive;
    this.#network.join(participant, this);
  }

  rest(): void {
    this.#receive = undefined;
    this.#network.leave(this.participant);
  }

  async close(): Promise<void> {
    this.rest();
  }

  async claim(key: string, flight: string): Promise<string | undefined> {
    const network = this.#network;
    this.#wanted.add(flight);
    const holder = await this.#command(() => {
      const holder = network.holder(key);
      if (holder === undefined) {
        network.hold(key, flight);
        return flight;
      }
      // With locks, the holder itself answers who it is.
      const member = network.member(leaderOf(holder));
      const isFound =
        network.medium.lease !== undefined || (member !== undefined && !network.time.isPaused(member.owner));
      return isFound ? holder : undefined;
    });
    if (this.#wanted.delete(flight) && holder === flight && this.beat !== undefined) {
      this.#held.set(flight, key);
      this.#renew();
    }
    return holder;
  }

  async free(key: string, flight: string): Promise<unknown> {
    this.#held.delete(flight);
    this.#wanted.delete(flight);
    return this.#command(() => {
      if (this.#network.holder(key) === flight) {
        this.#network.free(key);
      }
    });
  }

  async release(key: string): Promise<string | undefined> {
    return this.#command(() => {
      const holder = this.#network.holder(key);
      this.#network.free(key);
      return holder;
    });
  }

  send(to: string, message: readonly unknown[]): void {
    const network = this.#network;
    const copies =
      network.takeLoss() || network.chance(network.medium.lost) ? 0 : network.chance(network.medium.doubled) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const sent = structuredClone(message);
      let delay = network.delay();
      if (this.beat === undefined) {
        // Locks come with channels that keep the order.
        const arrival = Math.max(network.time.now + delay, this.#latestDelivery.get(to) ?? 0);
        this.#latestDelivery.set(to, arrival);
        delay = arrival - network.time.now;
      }
      const receiver = network.owner(to);
      const arrive = (): void => {
        const member = network.member(to);
        if (member !== undefined && !network.isCut(this.owner, receiver)) {
          member.#receive?.(this.participant, sent);
        }
      };
      network.time.after(delay, receiver, arrive, `messages of ${this.owner} to ${receiver}`);
    }
  }

  watch = (participant: string, gone: () => void): (() => void) => {
    if (this.beat !== undefined) {
      return () => undefined;
    }
    const watches = this.#watches.get(participant) ?? new Set();
    this.#watches.set(participant, watches.add(gone));
    if (this.#network.member(participant) === undefined) {
      this.noticeLeaving(participant);
    }
    return () => watches.delete(gone);
  };

  noticeLeaving(participant: string): void {
    const watches = this.#watches.get(participant);
    if (watches === undefined) {
      return;
    }
    // A watch that begins later is for the participant that has come back.
    this.#watches.delete(participant);
    this.#network.time.after(this.#network.delay(), this.owner, () => {
      for (const gone of watches) {
        gone();
      }
    });
  }

  /** Asks the server, whose answers keep the order of the questions. */
  #command<R>(execute: () => R): Promise<R> {
    const network = this.#network;
    const { time } = network;
    return new Promise((resolve, reject) => {
      const isLost = network.takeLoss() || network.isCut(this.owner, nobody) || network.chance(network.medium.lost);
      const isAnswerLost = network.chance(network.medium.lost);
      const delay = network.delay() + (network.away === 'late' ? 500 : 0);
      this.#latestArrival = Math.max(this.#latestArrival, time.now + delay);
      const request = (): void => {
        if (this.beat === undefined && time.isDead(this.owner)) {
          // A dead thread is not granted its request.
          return;
        }
        const answer = (settle: () => void): void => {
          time.after(network.delay(), this.owner, settle, `answers to ${this.owner}`);
        };
        if (isLost || network.away === 'silent') {
          // Some clients give a command up, and some wait forever.
          if (network.chance(50)) {
            answer(() => reject(new Error('The connection was lost')));
          }
          return;
        }
        if (network.away === 'refuses') {
          answer(() => reject(new Error('The medium refuses')));
          return;
        }
        const result = execute();
        if (isAnswerLost) {
          answer(() => reject(new Error('The connection was lost')));
        } else {
          answer(() => resolve(result));
        }
      };
      time.after(this.#latestArrival - time.now, nobody, request, `requests of ${this.owner}`);
    });
  }

  #renew(): void {
    if (this.#isRenewing) {
      return;
    }
    this.#isRenewing = true;
    this.#network.time.after(this.beat as number, this.owner, () => {
      this.#isRenewing = false;
      for (const [flight, key] of this.#held) {
        void this.#command(() => {
          if (this.#network.holder(key) === flight) {
            this.#network.hold(key, flight);
          }
        }).catch(() => undefined);
      }
      if (this.#held.size > 0) {
        this.#renew();
      }
    });
  }
}
