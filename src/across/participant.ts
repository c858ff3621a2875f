import { abortElsewhere } from './abort-elsewhere.js';
import type { Clock } from './clock.js';
import type { Codec } from './codec.js';
import { isCount } from './is-count.js';
import { Registry } from '../flight/registry.js';
import { keyText } from './key-text.js';
import { fromPortable, portable } from './portable.js';
import { unguessable } from './unguessable.js';
import { leaderOf, type Wire } from './wire.js';

/** An activity that needs the wire: the wire stays open as long as there is one. */
export interface Activity {
  /** The participant stops sharing: the activity must end, or go on without the wire. */
  withdraw(reason: Error): void;
}

/** A run that is led here, as the participant knows it. */
export interface LedRun {
  abort(reason: unknown): void;
  beat(): void;
  /** Takes a message of a follower. Returns whether the run still serves that follower. */
  receive(from: string, type: unknown, call: number, content: unknown): boolean;
}

/** A connection to a flight elsewhere, as the participant knows it. */
export interface FollowedFlight {
  readonly flight: string;
  beat(): void;
  gone(ask: unknown): void;
  /**
   * Values of the flight, the last of which has the number `latest`; and how it has ended, once it has.
   *
   * @param base - the number of the value after which those of this follower begin
   */
  news(base: number, latest: number, values: readonly unknown[], end: unknown, error: unknown): void;
}

const version = 1;

/** One end of the wire: a registry, as the other registries of its name see it. */
export class Participant {
  readonly id = unguessable();
  readonly wire: Wire;
  readonly clock: Clock;
  readonly patience: number;
  readonly #codec: Codec;
  /** The flights of the runs that are led here. */
  readonly flights = new Registry<string, any>();
  /** The runs that are led here, by the name of the flight. */
  readonly led = new Map<string, LedRun>();
  /** The connections to flights elsewhere, by the number of the call. */
  readonly followed = new Map<number, FollowedFlight>();
  /** The names of flights elsewhere that are being aborted from here. */
  readonly aborted = new Set<string>();
  /** How many calls have been sent to other participants. */
  calls = 0;
  /** Why nothing is shared any more, once that is so. */
  #closed: Error | undefined;
  /** The latest failure of the medium, and until when flights run apart because of it. */
  #outage: { readonly error: unknown; until: number } | undefined;
  readonly #activities = new Set<Partial<Activity> & object>();
  /** By key, the promises that a new claim of the key must wait for: the key is being freed. */
  readonly #freeing = new Map<string, Promise<unknown>>();
  /** Keys that were forgotten, but may not have been freed: the medium has not confirmed it. */
  readonly #unreleased = new Set<string>();
  #stopBeat: (() => void) | undefined;

  /** If there is no wire, `wire` is an error that says why. */
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

  addActivity(activity: object): void {
    if (this.#activities.size === 0 && this.#closed === undefined) {
      this.wire.open(this.id, this.#receive);
      this.#beat();
    }
    this.#activities.add(activity);
  }

  removeActivity(activity: object): void {
    if (this.#activities.delete(activity) && this.#activities.size === 0) {
      this.#stopBeat?.();
      if (this.#closed === undefined) {
        this.wire.rest();
      }
    }
  }

  async close(): Promise<void> {
    if (this.#closed === undefined) {
      const reason = (this.#closed = new Error('The registry was closed'));
      for (const activity of this.#activities) {
        activity.withdraw?.(reason);
      }
      await Promise.all(this.#freeing.values());
      await this.#inTime(this.wire.close()).catch(nothing);
    }
  }

  /** Why flights run apart, or undefined if they need not. Now and then one flight may try whether the medium is back. */
  get unreachable(): { readonly error: unknown } | undefined {
    if (this.#closed !== undefined) {
      return { error: this.#closed };
    }
    const now = this.clock.now();
    if (this.#outage !== undefined && now >= this.#outage.until) {
      this.#outage.until = now + this.patience;
      return undefined;
    }
    return this.#outage;
  }

  /**
   * Claims the key, and resolves with the flight that has it now. Rejects if the medium refuses or takes too long; a key that is granted
   * after that is given back.
   */
  async claim(key: string, flight: string): Promise<string | undefined> {
    const claim = this.#claim(key, flight);
    try {
      const holder = await this.#inTime(claim);
      this.#outage = undefined;
      return holder;
    } catch (error) {
      this.#outage = { error, until: this.clock.now() + this.patience };
      // The medium may have granted the key all the same, or may grant it late.
      void this.free(key, flight);
      claim.then((holder) => holder === flight && this.free(key, flight), nothing);
      throw error;
    }
  }

  /** Frees the key if the flight has it. Settles when the key is free, or when the medium has not answered in time. */
  free(key: string, flight: string): Promise<unknown> {
    return this.#untilFree(key, this.wire.free(key, flight)).catch(nothing);
  }

  /** Frees the key, whichever flight has it. Resolves with that flight, if it is known. */
  async release(key: unknown): Promise<string | undefined> {
    if (this.#closed !== undefined) {
      return undefined;
    }
    try {
      return await this.#release(keyText(key));
    } catch {
      // The medium has failed; or the key has no text, and no flight can have it.
      return undefined;
    }
  }

  /** Ends the flight that has the key, wherever it runs. */
  async abort(key: unknown, reason: unknown): Promise<void> {
    const flight = await this.release(key);
    const run = this.led.get(flight as string);
    if (run !== undefined) {
      run.abort(reason);
    } else if (flight !== undefined) {
      abortElsewhere(this, flight, reason);
    }
  }

  /** For how many ms an abort is sent again. */
  get memory(): number {
    const { beat } = this.wire;
    return beat === undefined ? 1000 : beat * 4.5;
  }

  send(to: string, ...message: readonly unknown[]): void {
    this.wire.send(to, [version, ...message]);
  }

  /** Makes a value ready to be sent. Throws if it would arrive changed, or is too large. */
  pack(value: unknown): unknown {
    return this.#pack(this.#codec.encode(value), 'value', false);
  }

  /**
   * Makes an error ready to be sent. If it would arrive changed, an error that says so is sent in its place, because every follower must
   * get the end.
   */
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
      await this.#release(key);
    }
    return this.wire.claim(key, flight);
  }

  async #release(key: string): Promise<string | undefined> {
    // Until the key is known to be free, no call here may claim it: it could join the flight that was forgotten.
    this.#unreleased.add(key);
    const flight = await this.#untilFree(key, this.wire.release(key));
    this.#unreleased.delete(key);
    return flight;
  }

  /** Lets later claims of the key wait for the answer. Rejects if the medium fails, or takes too long. */
  #untilFree<R>(key: string, request: Promise<R>): Promise<R> {
    const answer = this.#inTime(request);
    this.addActivity(answer);
    const before = this.#freeing.get(key);
    const settle = async (): Promise<void> => {
      await before;
      if (this.#freeing.get(key) === settled) {
        this.#freeing.delete(key);
      }
      this.removeActivity(answer);
    };
    const settled = answer.then(settle, settle);
    this.#freeing.set(key, settled);
    return answer;
  }

  /** Settles with the answer of the medium. Rejects if it takes longer than `patience`. */
  #inTime<R>(request: Promise<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const stop = this.clock.after(this.patience, () => {
        reject(new Error(`The medium has not answered within ${this.patience} ms`));
      });
      request.then(resolve, reject);
      request.then(stop, stop);
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
    const [messageVersion, type, flight, call, ...content] = Array.isArray(message) ? (message as unknown[]) : [];
    if (messageVersion !== version || typeof flight !== 'string' || !isCount(call)) {
      return;
    }
    if (type === 'news' || type === 'gone') {
      const followed = this.followed.get(call);
      if (followed?.flight === flight && leaderOf(flight) === from) {
        const [base, latest, values, end, error] = content;
        if (type === 'gone') {
          followed.gone(base);
        } else if (isCount(base) && isCount(latest) && Array.isArray(values)) {
          followed.news(base, latest, values, end, error);
        }
      }
    } else if (this.led.get(flight)?.receive(from, type, call, content[0]) !== true) {
      this.send(from, 'gone', flight, call, content[1] ?? 0);
    }
  };
}

function nothing(): undefined {
  // There is nobody to notify.
  return undefined;
}
