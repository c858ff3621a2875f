import type { Wire } from '../wire.js';
import { base64 } from './base64.js';
import type { Connection, Subscription } from './connection.js';
import { placeOf, written } from './place-of.js';
import type { RedisSettings } from './redis-settings.js';

/** The version of the messages. Messages of another version are dropped. */
const version = 1;

/** How many characters may be published before the server has answered: while it is away, the client keeps them in memory. */
const mostUnanswered = 2 ** 27;

const freeScript = "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) end return 0";
const renewScript =
  "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('pexpire',KEYS[1],ARGV[2]) end return 0";

/** A key that a flight of this participant claims, has or frees. */
interface Claim {
  readonly place: string | Promise<string>;
  /** `stuck`: the key could not be freed, and this is tried again. */
  state: 'taking' | 'held' | 'freeing' | 'stuck';
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
    // A character takes at most three bytes, so most texts need no exact count.
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
      const [messageVersion, from, ...parts] = message as unknown[];
      if (messageVersion === version && typeof from === 'string') {
        // JSON has null for undefined.
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
        // The message is lost: the engine allows for that.
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

  /** Renews the keys that are held, and tries again to free the stuck ones, until they have expired. */
  #keep(): void {
    for (const [flight, claim] of this.#claims) {
      if (claim.state === 'held') {
        void this.#renew(flight, claim);
      } else if (claim.state !== 'taking' && performance.now() > claim.expiry) {
        this.#drop(flight);
      } else if (claim.state === 'stuck') {
        // The claim knows its key.
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
        // The key has expired or was released, and another flight may have it: do not take it back.
        this.#drop(flight);
      }
    } catch {
      // The next beat tries again.
    }
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
  return Array.isArray(part) ? `[${part.map(jsonOf).join()}]` : JSON.stringify(part ?? null);
}

/** The flight in a reply. A client may be configured to return buffers instead of strings. */
function flightOf(reply: unknown): string | undefined {
  return reply === null ? undefined : (reply as { toString(): string }).toString();
}
