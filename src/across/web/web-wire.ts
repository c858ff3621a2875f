import { finalize, merge, Observable, share, Subject, take } from 'rxjs';
import { unguessable } from '../unguessable.js';
import type { Wire } from '../wire.js';

/** A lock that has been requested. */
interface Hold {
  /** Resolves with whether the lock was granted. */
  readonly granted: Promise<boolean>;
  /** Gives the lock back: at once, or when it is granted. */
  readonly release: () => void;
  /** Settles when another participant can take the lock. */
  readonly released: Promise<unknown>;
}

/** The lock of a key, for a flight. */
interface Claim extends Hold {
  readonly flight: string;
}

/** For how many ms an answer about a key is awaited. */
const answerTimeout = 50;

/** After how many such timeouts the answer of a busy holder about a forgotten key is given up. */
const mostTurns = 40;

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
  /** What flights claim, by flight, until they are answered. */
  readonly #claims = new Map<string, Claim>();
  /** What flights have, by key. */
  readonly #held = new Map<string, Claim>();
  /** What takes the answer to each question that has none yet. */
  readonly #questions = new Map<string, (flight: string) => void>();
  /** This participant's own lock, which shows the others that it is alive, until it rests. */
  #presence: Hold | undefined;
  /** By participant, what emits when it is gone. */
  readonly #watches = new Map<string, Observable<unknown>>();
  /** Emits when the page returns from the back/forward cache. */
  readonly #returned = new Subject<void>();

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

  async close(): Promise<void> {
    const released = this.#presence?.released;
    clearTimeout(this.#closing);
    page.removeEventListener?.('pagehide', this.#onPageEvent);
    page.removeEventListener?.('pageshow', this.#onPageEvent);
    this.#disconnect();
    await released?.catch(nothing);
  }

  async claim(key: string, flight: string): Promise<string | undefined> {
    const own = this.#held.get(key);
    if (own !== undefined) {
      return own.flight;
    }
    const claim = { ...this.#request(`key ${key}`, true), flight };
    this.#claims.set(flight, claim);
    try {
      // It may have been freed meanwhile.
      if ((await claim.granted) && this.#claims.has(flight)) {
        this.#held.set(key, claim);
        return flight;
      }
    } finally {
      this.#claims.delete(flight);
    }
    // The holder that answers must be able to notice the death of this participant.
    await this.#showPresence();
    return this.#ask('who', key);
  }

  async free(key: string, flight: string): Promise<unknown> {
    if (this.#held.get(key)?.flight === flight) {
      return this.#free(key);
    }
    const claim = this.#claims.get(flight);
    this.#claims.delete(flight);
    claim?.release();
    return claim?.released;
  }

  async release(key: string): Promise<string | undefined> {
    if (this.#held.has(key)) {
      return this.#free(key);
    }
    return (await this.#isFree(`key ${key}`)) ? undefined : this.#ask('free', key);
  }

  send(to: string, message: readonly unknown[]): void {
    this.#channel?.postMessage(['to', to, this.#participant, message]);
  }

  watch(participant: string, gone: () => void): () => void {
    let watch = this.#watches.get(participant);
    if (watch === undefined) {
      watch = merge(this.#absenceOf(participant), this.#returned).pipe(
        take(1),
        finalize(() => this.#watches.delete(participant)),
        share(),
      );
      this.#watches.set(participant, watch);
    }
    const subscription = watch.subscribe({ next: gone, error: nothing });
    return () => {
      subscription.unsubscribe();
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
    this.#presence?.release();
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
      this.#returned.next();
    }
  };

  #request(name: string, ifAvailable: boolean): Hold {
    let release = nothing;
    let released!: Promise<unknown>;
    const hold = new Promise<void>((resolve) => {
      release = resolve;
    });
    const granted = new Promise<boolean>((resolve, reject) => {
      released = this.#locks.request(this.#name + name, { ifAvailable }, (lock) => {
        resolve(lock !== null);
        return lock && hold;
      });
      released.catch(reject);
    });
    return { granted, release, released };
  }

  #isFree(name: string): Promise<boolean> {
    return this.#locks.request(this.#name + name, { ifAvailable: true }, (lock) => lock !== null);
  }

  async #free(key: string): Promise<string> {
    const { flight, release, released } = this.#held.get(key) as Claim;
    this.#held.delete(key);
    release();
    await released;
    return flight;
  }

  /**
   * Asks all participants about a key. Without an answer in time, the result is undefined. A holder that is to free its key may be busy: its
   * answer is awaited until the key has been free for a while.
   */
  #ask(question: 'who' | 'free', key: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      const id = unguessable();
      const answer = (flight?: string): void => {
        clearInterval(timer);
        this.#questions.delete(id);
        resolve(flight);
      };
      let turns = question === 'who' ? 1 : mostTurns;
      const timer = setInterval(() => {
        turns--;
        if (turns === 0) {
          answer();
        } else {
          this.#isFree(`key ${key}`).then((isFree) => {
            turns = isFree ? 1 : turns;
          }, nothing);
        }
      }, answerTimeout);
      this.#questions.set(id, answer);
      this.#channel?.postMessage([question, key, id]);
    });
  }

  #receiveData(data: unknown): void {
    const [type, about, detail, message] = Array.isArray(data) ? (data as unknown[]) : [];
    if (typeof about !== 'string' || typeof detail !== 'string') {
      return;
    }
    if (type === 'to') {
      if (about === this.#participant) {
        this.#receive(detail, message);
      }
    } else if (type === 'is') {
      this.#questions.get(about)?.(detail);
    } else {
      const flight = this.#held.get(about)?.flight;
      if (flight !== undefined) {
        (type === 'free' ? this.#free(about) : this.#showPresence()).then(
          () => this.#channel?.postMessage(['is', detail, flight]),
          nothing,
        );
      }
    }
  }

  #showPresence(): Promise<unknown> {
    return (this.#presence ??= this.#request(lockOf(this.#participant), false)).granted;
  }

  /** Emits when the lock of the participant can be taken. */
  #absenceOf(participant: string): Observable<void> {
    return new Observable((subscriber) => {
      const name = lockOf(participant);
      const notify = (): void => {
        subscriber.next();
      };
      const controller = new AbortController();
      if (waitsReliably) {
        this.#locks.request(this.#name + name, { signal: controller.signal }, notify).catch(nothing);
      }
      const timer = setInterval(() => {
        this.#isFree(name).then((isFree) => {
          if (isFree) {
            notify();
          }
        }, nothing);
      }, checkInterval);
      return () => {
        clearInterval(timer);
        controller.abort();
      };
    });
  }
}

function lockOf(participant: string): string {
  return `participant ${participant}`;
}

function nothing(): void {
  // There is nobody to notify.
}
