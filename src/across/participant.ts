import type { Clock } from './clock.js';
import type { Codec } from './codec.js';
import { Following } from './following.js';
import { Registry } from '../flight/registry.js';
import { fromPortable, portable } from './portable.js';
import type { Numbered, Run } from './run.js';
import { unguessable } from './unguessable.js';
import { leaderOf, type Wire } from './wire.js';

/** What is to know when the participant withdraws. */
export interface Business {
  withdraw(reason: Error): void;
}

const version = 1;

/** One end of the wire: this registry, as the others of its name know it. */
export class Participant {
  readonly id = unguessable();
  readonly wire: Wire;
  readonly clock: Clock;
  readonly patience: number;
  readonly #codec: Codec;
  /** The runs for everybody's callers, by flight. */
  readonly flights = new Registry<string, Numbered<any>>();
  readonly led = new Map<string, Run<any>>();
  readonly followed = new Map<number, Following>();
  /** Flights elsewhere that are being aborted from here. */
  readonly aborted = new Set<string>();
  calls = 0;
  #closed: Error | undefined;
  #away: { readonly error: unknown; until: number } | undefined;
  /** What keeps the wire open. */
  readonly #business = new Set<Partial<Business> & object>();
  /** What is to be freed before a key is claimed again. */
  readonly #freeing = new Map<string, Promise<unknown>>();
  /** Keys that were to be freed whoever has them, and may not have been. */
  readonly #unreleased = new Set<string>();
  #stopBeat: (() => void) | undefined;

  /** An `Error` in the place of a wire says why there is none. */
  constructor(wire: Wire | Error, codec: Codec, patience: number, clock: Clock) {
    this.wire = wire as Wire;
    this.#closed = wire instanceof Error ? wire : undefined;
    this.clock = clock;
    this.patience = patience;
    this.#codec = codec;
  }

  newFlight(): string {
    return `${this.id}.${unguessable()}`;
  }

  enter(business: object): void {
    if (this.#business.size === 0 && this.#closed === undefined) {
      this.wire.open(this.id, this.#receive);
      this.#beat();
    }
    this.#business.add(business);
  }

  leave(business: object): void {
    if (this.#business.delete(business) && this.#business.size === 0) {
      this.#stopBeat?.();
      if (this.#closed === undefined) {
        this.wire.rest();
      }
    }
  }

  async close(): Promise<void> {
    if (this.#closed === undefined) {
      const reason = (this.#closed = new Error('The registry was closed'));
      for (const business of this.#business) {
        business.withdraw?.(reason);
      }
      await Promise.all(this.#freeing.values());
      await this.#inTime(this.wire.close()).catch(nothing);
    }
  }

  /** Why flights run apart, as long as they do: one of them finds out now and then whether the medium is back. */
  get unreachable(): { readonly error: unknown } | undefined {
    if (this.#closed !== undefined) {
      return { error: this.#closed };
    }
    const now = this.clock.now();
    if (this.#away !== undefined && now >= this.#away.until) {
      this.#away.until = now + this.patience;
      return undefined;
    }
    return this.#away;
  }

  /** The medium has refused, or has not answered in time. */
  refused(error: unknown): void {
    this.#away = { error, until: this.clock.now() + this.patience };
  }

  /** Who has the key now. Rejects where the medium refuses, or takes too long: what it grants then is given back. */
  async claim(key: string, flight: string): Promise<string | undefined> {
    const claim = this.#claim(key, flight);
    try {
      const holder = await this.#inTime(claim);
      this.#away = undefined;
      return holder;
    } catch (error) {
      // It may have been granted all the same, or be granted late.
      void this.free(key, flight);
      claim.then((holder) => holder === flight && this.free(key, flight), nothing);
      throw error;
    }
  }

  /** Settles when the key is free, or the medium has had its time. */
  free(key: string, flight: string): Promise<unknown> {
    return this.#untilFree(key, this.wire.free(key, flight));
  }

  /** Frees the key whoever has it, and settles with the flight that had it, if that is known. */
  async release(key: string | undefined): Promise<string | undefined> {
    if (key === undefined || this.#closed !== undefined) {
      return undefined;
    }
    // Until it is known to be free, nobody here is to claim it: what has it is older.
    this.#unreleased.add(key);
    const release = async (): Promise<string | undefined> => {
      const flight = await this.wire.release(key);
      this.#unreleased.delete(key);
      return flight;
    };
    return this.#untilFree(key, release());
  }

  /** Ends whatever flight has the key. */
  async abortKey(key: string | undefined, reason: unknown): Promise<void> {
    const flight = await this.release(key);
    const run = this.led.get(flight as string);
    if (run !== undefined) {
      run.abort(reason);
    } else if (flight !== undefined) {
      new Following(this, flight).abort(reason);
    }
  }

  /** How long, in ms, the end of a flight may yet be asked for. */
  get memory(): number {
    const { beat } = this.wire;
    return beat === undefined ? 1000 : beat * 4.5;
  }

  send(to: string, ...message: readonly unknown[]): void {
    this.wire.send(to, [version, ...message]);
  }

  /** Throws where a value would arrive changed, or is too large. */
  pack(value: unknown): unknown {
    return this.#pack(this.#codec.encode(value), 'value', false);
  }

  /** What would arrive changed is replaced by an error that says so: an end is to reach everyone. */
  packThrown(thrown: unknown): unknown {
    try {
      return this.#pack(this.#codec.encode(thrown), 'error', true);
    } catch (error) {
      return this.#pack(error, 'error', true);
    }
  }

  unpack(packed: unknown): unknown {
    return this.#codec.decode(fromPortable(packed));
  }

  #pack(value: unknown, name: string, mayBeThrown: boolean): unknown {
    const data = portable(value, name, mayBeThrown);
    return this.wire.pack?.(data) ?? data;
  }

  async #claim(key: string, flight: string): Promise<string | undefined> {
    while (this.#freeing.has(key)) {
      await this.#freeing.get(key);
    }
    if (this.#closed !== undefined) {
      throw this.#closed;
    }
    if (this.#unreleased.has(key)) {
      await this.release(key);
      if (this.#unreleased.has(key)) {
        throw new Error('The medium has not answered to a forget');
      }
    }
    return this.wire.claim(key, flight);
  }

  /** What the medium answers, unless that is an error, or takes too long. */
  #untilFree<R>(key: string, asked: Promise<R>): Promise<R | undefined> {
    const business = {};
    this.enter(business);
    const answer = this.#inTime(asked)
      .catch(nothing)
      .then((answer) => {
        if (this.#freeing.get(key) === settled) {
          this.#freeing.delete(key);
        }
        this.leave(business);
        return answer;
      });
    const settled = Promise.all([this.#freeing.get(key), answer]);
    this.#freeing.set(key, settled);
    return answer;
  }

  /** What the medium answers, unless it takes too long. */
  #inTime<R>(asked: Promise<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const stop = this.clock.after(this.patience, () => {
        reject(new Error(`The medium has not answered within ${this.patience} ms`));
      });
      asked.then(stop, stop);
      asked.then(resolve, reject);
    });
  }

  #beat(): void {
    const { beat } = this.wire;
    if (beat !== undefined) {
      this.#stopBeat = this.clock.after(
        beat,
        () => {
          this.#beat();
          for (const each of [...this.followed.values(), ...this.led.values()]) {
            each.beat();
          }
        },
        true,
      );
    }
  }

  readonly #receive = (from: string, message: unknown): void => {
    if (!Array.isArray(message) || message[0] !== version) {
      return;
    }
    const [, type, flight, call, ...rest] = message as unknown[];
    if (typeof flight !== 'string' || !isCount(call)) {
      return;
    }
    if (type === 'news' || type === 'gone') {
      const followed = this.followed.get(call);
      if (followed?.flight === flight && leaderOf(flight) === from) {
        if (type === 'gone') {
          followed.gone(rest[0]);
        } else {
          const [base, first, values, end] = rest;
          if (isCount(base) && isCount(first) && Array.isArray(values) && (end === undefined || Array.isArray(end))) {
            followed.news(base, first, values, end);
          }
        }
      }
      return;
    }
    const run = this.led.get(flight);
    if (run?.hear(from, type, call, rest[0]) !== true && (type === 'ask' || type === 'abort')) {
      this.send(from, 'gone', flight, call, rest[1]);
    }
  };
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function nothing(): undefined {
  // Nobody to tell.
  return undefined;
}
