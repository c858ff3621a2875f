import type { Wire } from '../wire.js';

/** A key that a flight of this participant has. */
interface Held {
  readonly flight: string;
  /** Gives the lock back. */
  release: () => void;
  /** Settles when another participant can take the lock. */
  released: Promise<unknown> | undefined;
}

/** For how many ms an answer about a key is awaited. */
const answerTimeout = 50;

/** Workers have these methods, but not the events of a page; Node has neither. */
const page = globalThis as Partial<Pick<Window, 'addEventListener' | 'removeEventListener'>>;

/** Whether a request that waits for a lock is always granted in the end. Node sometimes fails to wake it up. */
const waitsReliably =
  (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node === undefined;

/**
 * How often, in ms, to check whether a participant is gone. Browsers need this for a page in the back/forward cache with a frozen worker
 * that holds the lock: Chrome 150 takes the lock away for a new request, but not for a request that waits already.
 */
const checkInterval = waitsReliably ? 1000 : 150;

/**
 * Web Locks and a broadcast channel as a medium.
 *
 * A key is a lock, which is requested only if it is available: a lock that others wait for would never become available. Web Locks do not
 * tell which flight has a lock, so participants ask on the channel, and the holder answers. A participant that deals with others also holds
 * a lock of its own: when the others can get it, the participant is gone.
 */
export class WebWire implements Wire {
  readonly #locks: LockManager;
  readonly #name: string;
  #participant = '';
  #receive: (from: string, message: unknown) => void = nothing;
  #channel: BroadcastChannel | undefined;
  #closing: ReturnType<typeof setTimeout> | undefined;
  readonly #held = new Map<string, Held>();
  /** Claims that have no answer yet, by flight. */
  readonly #claims = new Map<string, Promise<boolean>>();
  /** The callbacks of questions that have no answer yet, by question and key. */
  readonly #questions = new Map<string, Set<(flight: string) => void>>();
  /** Settles when this participant holds its own lock; undefined if it has not requested it. */
  #presence: Promise<unknown> | undefined;
  #endPresence: () => void = nothing;
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
    page.addEventListener?.('pagehide', this.#onPageEvent);
    page.addEventListener?.('pageshow', this.#onPageEvent);
  }

  rest(): void {
    // Not at once, because the next flight often follows immediately.
    clearTimeout(this.#closing);
    this.#closing = setTimeout(() => {
      void this.close();
    });
  }

  close(): Promise<unknown> {
    const presence = this.#presence;
    clearTimeout(this.#closing);
    page.removeEventListener?.('pagehide', this.#onPageEvent);
    page.removeEventListener?.('pageshow', this.#onPageEvent);
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
    // The holder that answers must be able to notice the death of this participant.
    await this.#holdPresence();
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
        this.#receiveData(data);
      };
    }
  }

  #disconnect(): void {
    this.#channel?.close();
    this.#channel = undefined;
    this.#endPresence();
    this.#presence = undefined;
  }

  /**
   * A page in the back/forward cache is frozen, so it withdraws from the others until it returns. When it returns, it treats the others
   * as gone, because it cannot know what it has missed. Browsers differ in whether such a page keeps its locks.
   */
  readonly #onPageEvent = ({ type, persisted }: PageTransitionEvent): void => {
    if (persisted && type === 'pagehide') {
      this.#disconnect();
      for (const { release } of this.#held.values()) {
        release();
      }
      this.#held.clear();
    } else if (persisted) {
      this.#connect();
      for (const participant of this.#watches.keys()) {
        this.#reportGone(participant);
      }
    }
  };

  /** Takes the lock of a key, if it is available, and holds it until the key is freed. */
  async #claim(key: string, flight: string): Promise<boolean> {
    // The lock may be granted at once, so let the caller put the claim into `#claims` first.
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

  /** Asks all participants about a key. Without an answer in time, the result is undefined. */
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
      const timer = setTimeout(answer, answerTimeout);
      answers.add(answer);
      this.#channel?.postMessage([question, key]);
    });
  }

  #receiveData(data: unknown): void {
    const [type, about, detail, message] = Array.isArray(data) ? (data as unknown[]) : [];
    if (typeof about !== 'string') {
      return;
    }
    if (type === 'to') {
      if (about === this.#participant && typeof detail === 'string') {
        this.#receive(detail, message);
      }
    } else if (type === 'is') {
      for (const answer of (typeof detail === 'string' && this.#questions.get(about)) || []) {
        answer(detail as string);
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
      await this.#holdPresence();
    }
    this.#channel?.postMessage(['is', `${String(question)} ${key}`, flight]);
  }

  /** Holds this participant's own lock, which shows the others that it is alive, until it rests. */
  #holdPresence(): Promise<unknown> {
    return (this.#presence ??= new Promise<unknown>((resolve, reject) => {
      this.#locks
        .request(this.#lockOf(this.#participant), () => {
          resolve(undefined);
          return new Promise<void>((release) => {
            this.#endPresence = release;
          });
        })
        .catch(reject);
    }));
  }

  #reportGone(participant: string): void {
    const watch = this.#watches.get(participant);
    this.#watches.delete(participant);
    watch?.stop();
    for (const gone of watch?.all ?? []) {
      gone();
    }
  }

  #watch(participant: string): () => void {
    const name = this.#lockOf(participant);
    const notify = (): void => {
      this.#reportGone(participant);
    };
    const controller = new AbortController();
    if (waitsReliably) {
      this.#locks.request(name, { signal: controller.signal }, notify).catch(nothing);
    }
    const timer = setInterval(() => {
      this.#locks
        .request(name, { ifAvailable: true }, (lock) => {
          if (lock !== null) {
            notify();
          }
        })
        .catch(nothing);
    }, checkInterval);
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
  // There is nobody to notify.
}
