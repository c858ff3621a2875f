import type { Wire } from '../wire.js';
import { base64 } from './base64.js';
import type { Connection, Subscription } from './connection.js';
import { placeOf, written } from './place-of.js';
import type { RedisSettings } from './redis-settings.js';

/** How many characters may be published before the server has answered: while it is away, the client keeps them in memory. */
const mostUnanswered = 2 ** 27;

/** Sets for how many ms a flight has its key, unless the key is not its own any more. */
const expireScript =
  "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('pexpire',KEYS[1],ARGV[2]) end return 0";

/** A key that a flight of this participant has, or is giving back. */
interface Claim {
  readonly place: string;
  /** Whether it is being given back. This is tried again until the server has answered. */
  isFreed: boolean;
  /** The time, by `performance.now()`, at which the key expires in Redis unless it is renewed. */
  expiry: number;
}

/** Data that is ready to be sent. */
class Packed {
  readonly json: string;

  constructor(json: string) {
    this.json = json;
  }
}

/**
 * Redis as a medium.
 *
 * A claim is a key with the name of the flight as its value. It expires unless it is renewed. Nothing else is ever stored. Each
 * participant has one channel, to which the others publish.
 */
export class RedisWire implements Wire {
  readonly beat: number;
  readonly #connection: Connection;
  readonly #settings: RedisSettings;
  readonly #namespace: string;
  /** The claims, by flight. */
  readonly #claims = new Map<string, Claim>();
  #participant = '';
  #receive: ((from: string, message: unknown) => void) | undefined;
  #subscription: Subscription | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #unanswered = 0;

  constructor(connection: Connection, name: string, settings: RedisSettings) {
    this.beat = settings.lease / 3;
    this.#connection = connection;
    this.#settings = settings;
    this.#namespace = `${settings.prefix}:${written(name)}`;
  }

  open(participant: string, receive: (from: string, message: unknown) => void): void {
    this.#participant = participant;
    this.#receive = receive;
    this.#subscribe().catch(() => undefined);
  }

  rest(): void {
    // Keep the subscription: otherwise the next flight would have to wait for a new one.
  }

  async close(): Promise<void> {
    this.#receive = undefined;
    const subscription = this.#subscription;
    this.#subscription = undefined;
    if (subscription !== undefined) {
      await subscription.end();
    }
  }

  async claim(key: string, flight: string): Promise<string> {
    const place = await placeOf(this.#namespace, key);
    const lease = String(this.#settings.lease);
    const [holder = flight] = await Promise.all([
      this.#connection.command(place, ['SET', place, flight, 'NX', 'GET', 'PX', lease]).then(flightOf),
      this.#subscribe(),
    ]);
    if (holder === flight) {
      this.#claimOf(flight, place);
    }
    return holder;
  }

  async free(key: string, flight: string): Promise<void> {
    const claim = this.#claims.get(flight) ?? this.#claimOf(flight, await placeOf(this.#namespace, key));
    await this.#free(flight, claim);
  }

  async release(key: string): Promise<string | undefined> {
    const place = await placeOf(this.#namespace, key);
    return flightOf(await this.#connection.command(place, ['GETDEL', place]));
  }

  send(to: string, message: readonly unknown[]): void {
    void this.#publish(this.#channelOf(to), jsonOf([this.#participant, ...message]));
  }

  pack(data: unknown): Packed {
    const json = JSON.stringify(data, (_, part: unknown) => (part instanceof Uint8Array ? base64(part) : part));
    const { maxBytes } = this.#settings;
    const { length } = new TextEncoder().encode(json);
    if (length > maxBytes) {
      throw new RangeError(`the value takes ${length} bytes, more than maxBytes (${maxBytes})`);
    }
    return new Packed(json);
  }

  async #subscribe(): Promise<void> {
    const subscription = (this.#subscription ??= this.#connection.subscribe(
      this.#channelOf(this.#participant),
      (message) => {
        this.#receiveText(message);
      },
    ));
    try {
      await subscription.ready;
    } catch (error) {
      if (this.#subscription === subscription) {
        this.#subscription = undefined;
        subscription.end().catch(() => undefined);
      }
      throw error;
    }
  }

  #receiveText(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      // Anybody may publish.
      return;
    }
    if (Array.isArray(message)) {
      const [from, ...parts] = message as unknown[];
      if (typeof from === 'string') {
        this.#receive?.(from, parts);
      }
    }
  }

  async #publish(channel: string, text: string): Promise<void> {
    if (this.#unanswered < mostUnanswered) {
      this.#unanswered += text.length;
      try {
        await this.#connection.command(channel, ['PUBLISH', channel, text]);
      } catch {
        // The message is lost: the engine allows for that.
      } finally {
        this.#unanswered -= text.length;
      }
    }
  }

  #claimOf(flight: string, place: string): Claim {
    let claim = this.#claims.get(flight);
    if (claim === undefined) {
      claim = { place, isFreed: false, expiry: this.#expiry() };
      this.#claims.set(flight, claim);
    }
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => {
        this.#keep();
      }, this.beat);
      // In Node, this timer must not keep the process alive.
      (this.#timer as { unref?(): void }).unref?.();
    }
    return claim;
  }

  #drop(flight: string): void {
    this.#claims.delete(flight);
    if (this.#claims.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  /** Renews the keys that are held, and tries again to free the others, until they have expired. */
  #keep(): void {
    for (const [flight, claim] of this.#claims) {
      if (claim.isFreed && performance.now() > claim.expiry) {
        this.#drop(flight);
      } else {
        // The next beat tries again.
        (claim.isFreed ? this.#free(flight, claim) : this.#renew(flight, claim)).catch(() => undefined);
      }
    }
  }

  async #free(flight: string, claim: Claim): Promise<void> {
    claim.isFreed = true;
    await this.#expire(flight, claim, 0);
    this.#drop(flight);
  }

  async #renew(flight: string, claim: Claim): Promise<void> {
    claim.expiry = this.#expiry();
    if (Number(await this.#expire(flight, claim, this.#settings.lease)) === 0) {
      // The key has expired or was released, and another flight may have it: do not take it back.
      this.#drop(flight);
    }
  }

  #expire(flight: string, { place }: Claim, ms: number): Promise<unknown> {
    return this.#connection.command(place, ['EVAL', expireScript, '1', place, flight, String(ms)]);
  }

  #expiry(): number {
    return performance.now() + this.#settings.lease;
  }

  #channelOf(participant: string): string {
    return `${this.#namespace}:${written(participant)}`;
  }
}

/** Writes a part of a message as JSON. Packed data is JSON already. */
function jsonOf(part: unknown): string {
  if (part instanceof Packed) {
    return part.json;
  }
  return Array.isArray(part) ? `[${part.map(jsonOf).join()}]` : JSON.stringify(part);
}

/** The flight in a reply. A client may be configured to return buffers instead of strings. */
function flightOf(reply: unknown): string | undefined {
  return reply === null ? undefined : (reply as { toString(): string }).toString();
}
