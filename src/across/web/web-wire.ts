import type { Wire } from '../wire.js';

/** A key that is held here. */
interface Held {
  readonly flight: string;
  release: () => void;
  /** Settles when somebody else can have it. */
  released: Promise<unknown> | undefined;
}

/** How long, in ms, a holder may take to say who it is, before one looks whether there still is one. */
const answerTime = 50;

/** Has no such events outside a page, and in Node no such methods. */
const page = globalThis as Partial<Pick<Window, 'addEventListener' | 'removeEventListener'>>;

/** Node loses wake-ups of those that wait for a lock. */
const waitsSoundly =
  (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node === undefined;

/**
 * How often, in ms, one looks whether a participant is gone. In browsers it is for a page that is kept for going back while a worker of it
 * holds the lock, frozen: Chrome 150 gives it up for a request that comes then, but not for one that waits already.
 */
const lookTime = waitsSoundly ? 1000 : 150;

/**
 * Web Locks and a broadcast channel.
 *
 * A key is a lock that is asked for only if it is available, since one that others wait for is never available. Nobody can read who
 * holds a lock: the holder says so itself when it is asked. Each participant that deals with another holds a lock of its own, by which
 * the other hears of its death.
 */
export class WebWire implements Wire {
  readonly #locks: LockManager;
  readonly #name: string;
  #participant = '';
  #receive: (from: string, message: unknown) => void = nothing;
  #channel: BroadcastChannel | undefined;
  #closing: ReturnType<typeof setTimeout> | undefined;
  readonly #held = new Map<string, Held>();
  /** By flight, claims that have no answer yet. */
  readonly #claims = new Map<string, Promise<boolean>>();
  /** By what they are about, those who wait for an answer. */
  readonly #questions = new Map<string, Set<(flight: string) => void>>();
  #presence: Promise<unknown> | undefined;
  #leave: () => void = nothing;
  readonly #watches = new Map<string, { readonly all: Set<() => void>; readonly stop: () => void }>();

  constructor(name: string, locks: LockManager) {
    this.#name = `rxjs-coalesce/1 ${JSON.stringify(name)} `;
    this.#locks = locks;
  }

  open(participant: string, receive: (from: string, message: unknown) => void): void {
    this.#participant = participant;
    this.#receive = receive;
    clearTimeout(this.#closing);
    this.#connect();
    page.addEventListener?.('pagehide', this.#turn);
    page.addEventListener?.('pageshow', this.#turn);
  }

  rest(): void {
    // The next flight often follows at once.
    clearTimeout(this.#closing);
    this.#closing = setTimeout(() => {
      void this.close();
    });
  }

  close(): Promise<unknown> {
    const presence = this.#presence;
    clearTimeout(this.#closing);
    page.removeEventListener?.('pagehide', this.#turn);
    page.removeEventListener?.('pageshow', this.#turn);
    this.#disconnect();
    return Promise.resolve(presence);
  }

  async claim(key: string, flight: string): Promise<string | undefined> {
    const own = this.#held.get(key);
    if (own !== undefined) {
      return own.flight;
    }
    const claim = this.#claim(key, flight);
    this.#claims.set(flight, claim);
    const isGranted = await claim.finally(() => this.#claims.delete(flight));
    if (isGranted) {
      return flight;
    }
    // Whoever answers is to know when this participant dies.
    await this.#bePresent();
    return this.#ask('who', key);
  }

  async free(key: string, flight: string): Promise<unknown> {
    const claim = this.#claims.get(flight);
    this.#claims.delete(flight);
    await claim?.catch(nothing);
    return this.#held.get(key)?.flight === flight ? this.#free(key) : undefined;
  }

  async release(key: string): Promise<string | undefined> {
    if (this.#held.has(key)) {
      return this.#free(key);
    }
    const isFree = await this.#locks.request(`${this.#name}key ${key}`, { ifAvailable: true }, (lock) => lock !== null);
    return isFree ? undefined : this.#ask('free', key);
  }

  send(to: string, message: readonly unknown[]): void {
    this.#channel?.postMessage(['to', to, this.#participant, message]);
  }

  watch(participant: string, gone: () => void): () => void {
    let watch = this.#watches.get(participant);
    if (watch === undefined) {
      const all = new Set<() => void>();
      watch = { all, stop: this.#watch(participant) };
      this.#watches.set(participant, watch);
    }
    const { all, stop } = watch;
    all.add(gone);
    return () => {
      if (all.delete(gone) && all.size === 0) {
        this.#watches.delete(participant);
        stop();
      }
    };
  }

  #connect(): void {
    if (this.#channel === undefined) {
      this.#channel = new BroadcastChannel(this.#name);
      this.#channel.onmessage = ({ data }: MessageEvent) => {
        this.#hear(data);
      };
    }
  }

  #disconnect(): void {
    this.#channel?.close();
    this.#channel = undefined;
    this.#leave();
    this.#presence = undefined;
  }

  /**
   * A page that the browser keeps for going back is frozen, and is to be gone for the others until it returns. Then they are gone for it:
   * it cannot know what it has missed. Browsers differ in whether such a page keeps its locks.
   */
  readonly #turn = ({ type, persisted }: PageTransitionEvent): void => {
    if (persisted && type === 'pagehide') {
      this.#disconnect();
      for (const { release } of this.#held.values()) {
        release();
      }
      this.#held.clear();
    } else if (persisted) {
      this.#connect();
      for (const participant of this.#watches.keys()) {
        this.#lose(participant);
      }
    }
  };

  /** Takes the lock of a key, if it is available, and keeps it until it is freed. */
  async #claim(key: string, flight: string): Promise<boolean> {
    // By then the claim is known, also where the lock is granted at once.
    await Promise.resolve();
    return new Promise((resolve, reject) => {
      const held: Held = { flight, release: nothing, released: undefined };
      held.released = this.#locks.request(`${this.#name}key ${key}`, { ifAvailable: true }, (lock) => {
        const isGranted = lock !== null && this.#claims.has(flight);
        resolve(isGranted);
        if (!isGranted) {
          return undefined;
        }
        this.#held.set(key, held);
        return new Promise<void>((release) => {
          held.release = release;
        });
      });
      held.released.catch(reject);
    });
  }

  async #free(key: string): Promise<string> {
    const { flight, release, released } = this.#held.get(key) as Held;
    this.#held.delete(key);
    release();
    await released;
    return flight;
  }

  /** Asks everybody about a key, and takes it that nobody knows where there is no answer soon. */
  #ask(question: 'who' | 'free', key: string): Promise<string | undefined> {
    const about = `${question} ${key}`;
    return new Promise((resolve) => {
      const answers = this.#questions.get(about) ?? new Set();
      this.#questions.set(about, answers);
      const answer = (flight?: string): void => {
        clearTimeout(timer);
        answers.delete(answer);
        if (answers.size === 0) {
          this.#questions.delete(about);
        }
        resolve(flight);
      };
      const timer = setTimeout(answer, answerTime);
      answers.add(answer);
      this.#channel?.postMessage([question, key]);
    });
  }

  #hear(data: unknown): void {
    const [type, about, what, message] = Array.isArray(data) ? (data as unknown[]) : [];
    if (typeof about !== 'string') {
      return;
    }
    if (type === 'to') {
      if (about === this.#participant && typeof what === 'string') {
        this.#receive(what, message);
      }
    } else if (type === 'is') {
      for (const answer of (typeof what === 'string' && this.#questions.get(about)) || []) {
        answer(what as string);
      }
    } else if (this.#held.has(about)) {
      void this.#answer(type, about);
    }
  }

  async #answer(question: unknown, key: string): Promise<void> {
    let flight = this.#held.get(key)?.flight;
    if (question === 'free') {
      flight = await this.#free(key);
    } else if (question === 'who') {
      await this.#bePresent();
    }
    this.#channel?.postMessage(['is', `${String(question)} ${key}`, flight]);
  }

  /** Holds the lock by which others hear of this participant's death, until it rests. */
  #bePresent(): Promise<unknown> {
    return (this.#presence ??= new Promise<unknown>((resolve, reject) => {
      this.#locks
        .request(this.#lockOf(this.#participant), () => {
          resolve(undefined);
          return new Promise<void>((leave) => {
            this.#leave = leave;
          });
        })
        .catch(reject);
    }));
  }

  #lose(participant: string): void {
    const watch = this.#watches.get(participant);
    this.#watches.delete(participant);
    watch?.stop();
    for (const gone of watch?.all ?? []) {
      gone();
    }
  }

  #watch(participant: string): () => void {
    const name = this.#lockOf(participant);
    const tell = (): void => {
      this.#lose(participant);
    };
    const controller = new AbortController();
    if (waitsSoundly) {
      this.#locks.request(name, { signal: controller.signal }, tell).catch(nothing);
    }
    const timer = setInterval(() => {
      this.#locks
        .request(name, { ifAvailable: true }, (lock) => {
          if (lock !== null) {
            tell();
          }
        })
        .catch(nothing);
    }, lookTime);
    return () => {
      clearInterval(timer);
      controller.abort();
    };
  }

  #lockOf(participant: string): string {
    return `${this.#name}participant ${participant}`;
  }
}

function nothing(): void {
  // Nobody to tell.
}
