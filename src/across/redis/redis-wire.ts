import type { Wire } from '../wire.js';
import { base64 } from './base64.js';
import type { Connection, Subscription } from './connection.js';
import { placeOf, written } from './place-of.js';
import type { RedisSettings } from './redis-settings.js';

/** Of the messages. Those of another version are dropped. */
const version = 1;

/** How much may be published and unanswered, in characters: while the server is away, what waits for it is kept by the client. */
const mostUnanswered = 2 ** 27;

const freeScript = "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) end return 0";
const renewScript =
  "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('pexpire',KEYS[1],ARGV[2]) end return 0";

/** A key that a flight of this participant takes, has or gives back. */
interface Claim {
  readonly place: string | Promise<string>;
  /** `stuck` is a key that could not be freed, which is tried again. */
  state: 'taking' | 'held' | 'freeing' | 'stuck';
  /** When it has expired in Redis if it is not renewed, by `performance.now()`. */
  expiry: number;
}

/** Data as it is sent. */
class Packed {
  readonly json: string;

  constructor(json: string) {
    this.json = json;
  }
}

/**
 * Redis as a medium.
 *
 * A claim is a key that holds the flight's name and expires unless it is renewed; nothing else is ever stored. Each participant has one channel, to
 * which the others publish.
 */
export class RedisWire implements Wire {
  readonly beat: number;
  readonly #connection: Connection;
  readonly #settings: RedisSettings;
  readonly #namespace: string;
  /** By flight. */
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
    // The subscription stays: the next flight would have to wait for another.
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
    const claim = this.#newClaim(key, flight, 'taking');
    const place = await claim.place;
    const lease = String(this.#settings.lease);
    const [holder = flight] = await Promise.all([
      this.#connection.command(place, ['SET', place, flight, 'NX', 'GET', 'PX', lease]).then(flightOf),
      this.#subscribe(),
    ]);
    if (holder !== flight) {
      this.#drop(flight);
    } else if (claim.state === 'taking') {
      claim.state = 'held';
    }
    return holder;
  }

  async free(key: string, flight: string): Promise<void> {
    const claim = this.#claims.get(flight) ?? this.#newClaim(key, flight, 'held');
    claim.state = 'freeing';
    try {
      const place = await claim.place;
      await this.#connection.command(place, ['EVAL', freeScript, '1', place, flight]);
      this.#drop(flight);
    } catch (error) {
      claim.state = 'stuck';
      throw error;
    }
  }

  async release(key: string): Promise<string | undefined> {
    const place = await placeOf(this.#namespace, key);
    return flightOf(await this.#connection.command(place, ['GETDEL', place]));
  }

  send(to: string, message: readonly unknown[]): void {
    void this.#publish(this.#channelOf(to), jsonOf([version, this.#participant, ...message]));
  }

  pack(data: unknown): Packed {
    const json = JSON.stringify(data, (_, part: unknown) => (part instanceof Uint8Array ? base64(part) : part));
    const { maxBytes } = this.#settings;
    // A character is three bytes at most.
    if (json.length * 3 > maxBytes) {
      const { length } = new TextEncoder().encode(json);
      if (length > maxBytes) {
        throw new RangeError(`the value takes ${length} bytes, more than maxBytes (${maxBytes})`);
      }
    }
    return new Packed(json);
  }

  async #subscribe(): Promise<void> {
    const subscription = (this.#subscription ??= this.#connection.subscribe(
      this.#channelOf(this.#participant),
      (message) => {
        this.#hear(message);
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

  #hear(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      // Anybody may publish.
      return;
    }
    if (Array.isArray(message)) {
      const [messageVersion, from, ...parts] = message as unknown[];
      if (messageVersion === version && typeof from === 'string') {
        // JSON makes null of undefined.
        this.#receive?.(
          from,
          parts.map((part) => part ?? undefined),
        );
      }
    }
  }

  async #publish(channel: string, text: string): Promise<void> {
    if (this.#unanswered < mostUnanswered) {
      this.#unanswered += text.length;
      try {
        await this.#connection.command(channel, ['PUBLISH', channel, text]);
      } catch {
        // It is lost, as a message may be.
      } finally {
        this.#unanswered -= text.length;
      }
    }
  }

  #newClaim(key: string, flight: string, state: Claim['state']): Claim {
    const claim = { place: placeOf(this.#namespace, key), state, expiry: this.#expiry() };
    this.#claims.set(flight, claim);
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => {
        this.#keep();
      }, this.beat);
      // In Node, where a process may end while one of its runs goes on.
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

  /** Renews what is held, and tries again to free what could not be freed, until that has expired. */
  #keep(): void {
    for (const [flight, claim] of this.#claims) {
      if (claim.state === 'held') {
        void this.#renew(flight, claim);
      } else if (claim.state !== 'taking' && performance.now() > claim.expiry) {
        this.#drop(flight);
      } else if (claim.state === 'stuck') {
        this.free('', flight).catch(() => undefined);
      }
    }
  }

  async #renew(flight: string, claim: Claim): Promise<void> {
    claim.expiry = this.#expiry();
    try {
      const place = await claim.place;
      const lease = String(this.#settings.lease);
      const held = await this.#connection.command(place, ['EVAL', renewScript, '1', place, flight, lease]);
      if (Number(held) === 0 && claim.state === 'held') {
        // It has expired or was released, and may be another's: it is not to be taken back.
        this.#drop(flight);
      }
    } catch {
      // It is asked again.
    }
  }

  #expiry(): number {
    return performance.now() + this.#settings.lease;
  }

  #channelOf(participant: string): string {
    return `${this.#namespace}:${written(participant)}`;
  }
}

/** A part of a message, in which what is packed is JSON already. */
function jsonOf(part: unknown): string {
  if (part instanceof Packed) {
    return part.json;
  }
  return Array.isArray(part) ? `[${part.map(jsonOf).join()}]` : JSON.stringify(part ?? null);
}

/** The flight that a reply names; a client may have been told to make buffers of texts. */
function flightOf(reply: unknown): string | undefined {
  return reply === null ? undefined : (reply as { toString(): string }).toString();
}
