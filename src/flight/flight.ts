import {
  EMPTY,
  from,
  Observable,
  share,
  Subscription,
  type ObservableInput,
  type SubjectLike,
  type Subscriber,
  type Unsubscribable,
} from 'rxjs';
import { Broadcast } from './broadcast.js';
import type { Caller } from './caller.js';
import type { FlightSettings } from '../config/flight-settings.js';
import { isPromiseLike } from './is-promise-like.js';
import { linger } from './linger.js';
import { nesting } from './nesting.js';
import { PostponedCalls } from './postponed-calls.js';
import { reportUnhandled } from './report-unhandled.js';

/** What a flight has to say to the listeners of its registry. */
export type Saying = 'start' | 'join' | 'leave' | 'forget' | 'complete' | 'error' | 'cancel' | 'abort';

/** The registry, as its flights need it. */
export interface FlightOwner<K, T> {
  /** Whether anybody listens to events. */
  readonly observed: boolean;
  /** How many flights have started. */
  started: number;
  /** Makes postponed calls. */
  resume(calls: readonly (() => void)[]): void;
  /** Makes those that are yet to be made, where one of them leads. */
  resumeOthers(): void;
  /** Frees the key, if it is still this flight's, or gives it to another that takes its place. */
  free(key: K, flight: object, successor?: Flight<K, T>): void;
  say(type: Saying, key: K, flight: number, callers: number, error?: unknown): void;
}

/**
 * One run of a function, those who wait on it, and the `share()` around it.
 *
 * `share()` counts the subscribers, connects to the source and tears it down; the flight is its connector, and tells the
 * callers. However it ends, `#conclude()` frees the key and says the event first; then the callers hear; then the source is
 * torn down.
 */
export class Flight<K, T> implements SubjectLike<T> {
  /** Tells the callers. */
  readonly broadcast: Broadcast<T>;
  callers = 0;
  /** 0 until the leader is counted. */
  number = 0;
  outcome: 'complete' | 'error' | 'cancel' | 'abort' | undefined;
  /** What `abort()` was given. */
  reason: unknown;
  /** What promise callers without a signal share. */
  promise: Promise<T> | undefined;
  /** Drops the notifier that is awaited. */
  drop: (() => void) | undefined;
  /** The subscriber to the source, once there is one. */
  connection: Subscriber<T> | undefined;
  /** Calls that wait for the next notification. */
  postponed: PostponedCalls<T> | undefined;
  #subscribing = false;
  /** What is to come when the source has been subscribed to, and, since the flight has ended meanwhile, torn down. */
  #whenSubscribed: Subscription | undefined;
  readonly #owner: FlightOwner<K, T>;
  #key: K;
  readonly #settings: FlightSettings;
  #start: ((flight: Flight<K, T>) => ObservableInput<T>) | undefined;
  #shared: Observable<T> | undefined;
  #boarding: Caller<T> | undefined;
  #forgotten = false;

  constructor(
    owner: FlightOwner<K, T>,
    key: K,
    start: (flight: Flight<K, T>) => ObservableInput<T>,
    settings: FlightSettings,
  ) {
    this.broadcast = new Broadcast(settings.bufferSize);
    this.#owner = owner;
    this.#key = key;
    this.#start = start;
    this.#settings = settings;
  }

  /**
   * Lets a caller join, `subscriber` being what `share()` counts for it.
   *
   * Returns false where the flight ended before the caller was counted.
   */
  board(caller: Caller<T>, subscriber: Subscriber<T>): boolean {
    // share() may run a notifier's teardown before it comes to subscribe(), and that may call again.
    const outer = this.#boarding;
    this.#boarding = caller;
    this.#share(subscriber);
    const refused = this.#boarding === caller;
    this.#boarding = outer;
    if (this.connection === undefined) {
      // Deserted before it came to the run: share() connects where anybody is left.
      this.cancel();
    }
    return !refused;
  }

  /** Counts a caller and tells it what it has missed, when it or another for it has a seat in `share()`. */
  admit(caller: Caller<T>): void {
    this.broadcast.add(caller);
    this.count(caller);
    this.broadcast.begin(caller);
  }

  /** Counts the calls of a caller that have not been counted yet. */
  count(caller: Caller<T>): void {
    while (caller.joined < caller.weight && !caller.sink.closed && !this.hasEnded()) {
      caller.joined++;
      this.countOne();
    }
  }

  countOne(): void {
    this.callers++;
    if (this.number === 0) {
      this.number = ++this.#owner.started;
      this.#say('start');
    } else {
      this.#say('join');
    }
  }

  leave(caller: Caller<T>): void {
    if (caller.joined === 0 || this.hasEnded()) {
      return;
    }
    const cancels = this.#settings.resetOnRefCountZero === true;
    this.broadcast.remove(caller);
    for (; caller.joined > 0 && !this.hasEnded(); caller.joined--) {
      this.callers--;
      if (this.callers === 0 && cancels) {
        this.free();
      }
      this.#say('leave');
    }
    if (this.callers === 0 && cancels) {
      // share() hears next that the caller has left, and tears down the source.
      this.cancel();
    }
  }

  get lingers(): boolean {
    return this.callers === 0 && !this.hasEnded();
  }

  /** Whether a call made now comes from inside a `next` of this flight: then it is to be postponed. */
  isInNext(): boolean {
    return this.broadcast.isInNext();
  }

  /** Makes the call after the next notification: so nobody is answered by the answer that made it ask. */
  postpone(call: () => void): PostponedCalls<T> {
    const postponed = (this.postponed ??= new PostponedCalls(() => {
      this.#resume(postponed);
    }));
    postponed.calls.push(call);
    return postponed;
  }

  /** Does `act` when the run, which has ended, has been torn down. */
  afterTeardown(act: () => void): void {
    if (this.#subscribing) {
      this.#whenSubscribed ??= new Subscription();
      this.#whenSubscribed.add(act);
    } else {
      this.connection?.add(act);
    }
  }

  joinPromise(): Promise<T> | undefined {
    const promise = this.isInNext() ? undefined : this.full()?.promise;
    if (promise !== undefined) {
      this.countOne();
    }
    return promise;
  }

  full(): this | undefined {
    if (this.connection?.closed === true) {
      // The source has closed its own subscriber, and nobody has heard of it.
      this.cancel();
    }
    return this.hasEnded() ? undefined : this;
  }

  hasEnded(): boolean {
    return this.outcome !== undefined;
  }

  /** Leaves the flight to its present callers; the registry has freed its key. */
  forget(): void {
    if (this.hasEnded()) {
      return;
    }
    this.#forgotten = true;
    this.#say('forget');
    const { resetOnRefCountZero } = this.#settings;
    if (this.callers === 0 && this.#boarding === undefined && resetOnRefCountZero !== false) {
      // Nobody can come back.
      this.cancel();
      this.#tearDown();
    }
  }

  abort(reason: unknown): void {
    if (this.hasEnded()) {
      return;
    }
    this.reason = reason;
    this.#conclude('abort', reason);
    this.broadcast.end('error', reason);
    this.#tearDown();
    this.reason = undefined;
  }

  /** For `share()`, which has counted the subscriber, and goes on to connect to the source if nobody has. */
  subscribe(): Unsubscribable {
    const caller = this.#boarding;
    if (caller !== undefined && !this.hasEnded()) {
      this.#boarding = undefined;
      if (!caller.sink.closed) {
        this.admit(caller);
      }
    }
    return Subscription.EMPTY;
  }

  /** Nothing of the source comes through once the flight has ended, as where a listener of `abort` makes it go on. */
  next(value: T): void {
    if (!this.hasEnded()) {
      const { postponed } = this;
      this.postponed = undefined;
      this.broadcast.next(value);
      if (postponed !== undefined) {
        this.#resume(postponed);
      }
    }
  }

  error(error: unknown): void {
    if (!this.hasEnded()) {
      this.#conclude('error', error);
      this.broadcast.end('error', error);
    }
  }

  complete(): void {
    if (!this.hasEnded()) {
      this.#conclude('complete');
      this.broadcast.end('complete');
    }
  }

  /** Ends the flight, which nobody waits on; `share()` is to tear down the source. */
  cancel(): void {
    if (!this.hasEnded()) {
      this.callers = 0;
      this.#conclude('cancel');
      this.broadcast.clear();
    }
  }

  free(): void {
    this.#owner.free(this.#key, this);
  }

  /** Frees the key where its notifier is dropped by the end, and not by a newcomer: `share()` tells of the end only later. */
  dropped(): void {
    if (this.#boarding === undefined) {
      this.free();
    }
  }

  /** Goes on with what the function has returned. */
  receive(input: ObservableInput<T>): void {
    if (isPromiseLike<T>(input)) {
      input.then(
        (value) => {
          this.fulfil(value);
        },
        (error: unknown) => {
          this.fail(error);
        },
      );
    } else if (!this.hasEnded()) {
      const source = from(input);
      this.#subscribing = true;
      try {
        source.subscribe(this.connection as Subscriber<T>);
      } finally {
        this.#subscribing = false;
        this.#whenSubscribed?.unsubscribe();
      }
    }
  }

  fulfil(value: T): void {
    if (!this.hasEnded()) {
      this.connection?.next(value);
      this.connection?.complete();
    }
  }

  fail(error: unknown): void {
    if (!this.hasEnded()) {
      this.connection?.error(error);
    }
  }

  #share(subscriber: Subscriber<T>): void {
    const { resetOnRefCountZero } = this.#settings;
    this.#shared ??= share<T>({
      connector: () => this,
      // A flight flies once.
      resetOnComplete: false,
      resetOnError: false,
      resetOnRefCountZero:
        typeof resetOnRefCountZero === 'function' ? () => this.#notifier(resetOnRefCountZero) : resetOnRefCountZero,
    })(
      new Observable<T>((connection) => {
        this.connection = connection;
        const start = this.#start;
        this.#start = undefined;
        this.#owner.resumeOthers();
        if (start !== undefined && !this.hasEnded()) {
          this.receive(this.#run(start));
        }
      }),
    );
    this.#shared.subscribe(subscriber);
  }

  /** What `share()` is to wait for before it tears down the source, its last subscriber having left. */
  #notifier(made: () => ObservableInput<unknown>): ObservableInput<unknown> {
    if (this.#forgotten) {
      this.cancel();
    }
    if (this.outcome === 'cancel') {
      return [undefined];
    }
    return this.connection === undefined || this.hasEnded() ? EMPTY : linger(made, this);
  }

  /** Through `share()`, for it to drop a pending notifier, too. */
  #tearDown(): void {
    try {
      this.connection?.complete();
    } catch (error) {
      reportUnhandled(error);
    }
  }

  #run(start: (flight: Flight<K, T>) => ObservableInput<T>): ObservableInput<T> {
    nesting.depth++;
    try {
      return start(this);
    } finally {
      nesting.depth--;
    }
  }

  /** The one place where a flight ends. */
  #conclude(outcome: 'complete' | 'error' | 'cancel' | 'abort', error?: unknown): void {
    this.outcome = outcome;
    this.free();
    this.#say(outcome, error);
    if (this.postponed !== undefined) {
      this.#resume(this.postponed);
    }
    // A promise that never settles keeps its flight, which is to keep nothing of its callers.
    this.#key = undefined as K;
    this.promise = undefined;
  }

  /** Makes the calls that have waited for what all have been notified of. */
  #resume(postponed: PostponedCalls<T>): void {
    if (this.postponed === postponed) {
      this.postponed = undefined;
    }
    const resume = (): void => {
      this.#owner.resume(postponed.take());
    };
    if (this.hasEnded()) {
      this.afterTeardown(resume);
    } else {
      resume();
    }
  }

  #say(type: Saying, error?: unknown): void {
    if (this.#owner.observed) {
      this.#owner.say(type, this.#key, this.number, this.callers, error);
    }
  }
}
