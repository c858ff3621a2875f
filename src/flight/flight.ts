import { from, Observable, Subscription, type ObservableInput, type Observer, type Subscriber } from 'rxjs';
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
 * One run of a function, and those who wait on it: the observer of the run, which counts the callers.
 *
 * However it ends, `#end()` frees the key and says the event first; then the callers hear; then the run is torn down.
 */
export class Flight<K, T> implements Observer<T> {
  /** Tells the callers. */
  readonly broadcast: Broadcast<T>;
  callers = 0;
  outcome: 'complete' | 'error' | 'cancel' | 'abort' | undefined;
  /** What `abort()` was given. */
  reason: unknown;
  /** What promise callers without a signal share. */
  promise: Promise<T> | undefined;
  /** The subscriber to the run, once there is one. */
  connection: Subscriber<T> | undefined;
  /** Calls that wait for the next notification. */
  postponed: PostponedCalls<T> | undefined;
  /** 0 until the leader is counted. */
  number = 0;
  readonly #owner: FlightOwner<K, T>;
  #key: K;
  readonly #settings: FlightSettings;
  /** What is to run, until it does. */
  #start: ((flight: Flight<K, T>) => ObservableInput<T>) | undefined;
  /** Unsubscribes from the notifier that it waits for. */
  #dropNotifier: (() => void) | undefined;
  #forgotten = false;
  #subscribing = false;
  /** What is to come when the source has been subscribed to, and, since the flight has ended meanwhile, torn down. */
  #whenSubscribed: Subscription | undefined;

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

  /** Lets a caller join, and runs for the first one; false where the flight has ended before the caller could be counted. */
  board(caller: Caller<T>): boolean {
    // Its teardown may call again, end the flight, or make the caller leave.
    this.#drop();
    if (this.hasEnded()) {
      return false;
    }
    const hasLeft = caller.sink.closed;
    if (!hasLeft) {
      this.admit(caller);
    }
    if (this.#start !== undefined) {
      this.#connect(this.#start);
    } else if (hasLeft) {
      this.#lingerIfDeserted();
    }
    return true;
  }

  /** Counts a caller and tells it what it has missed. */
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

  /** Takes over callers that have been counted before, with the one that stands for them. */
  adopt(caller: Caller<T>, callers: number, number: number): void {
    this.callers = callers;
    this.number = number;
    caller.joined = 1;
    this.board(caller);
  }

  leave(caller: Caller<T>): void {
    if (caller.joined === 0 || this.hasEnded()) {
      return;
    }
    this.broadcast.remove(caller);
    for (; caller.joined > 0 && !this.hasEnded(); caller.joined--) {
      this.callers--;
      if (this.#isDeserted()) {
        this.#free();
      }
      this.#say('leave');
    }
    this.#lingerIfDeserted();
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
    if (!this.hasEnded()) {
      this.#forgotten = true;
      this.#say('forget');
      if (this.#isDeserted()) {
        this.#unthrowing(() => {
          this.cancel();
        });
      }
    }
  }

  abort(reason: unknown): void {
    if (!this.hasEnded()) {
      this.reason = reason;
      this.#end('abort', reason);
      this.#unthrowing(() => {
        this.connection?.unsubscribe();
      });
      this.reason = undefined;
    }
  }

  /** Nothing of the run comes through once the flight has ended, as where a listener of `abort` makes it go on. */
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
      this.#end('error', error);
    }
  }

  complete(): void {
    if (!this.hasEnded()) {
      this.#end('complete');
    }
  }

  /** Ends the flight, which nobody waits on. */
  cancel(): void {
    if (!this.hasEnded()) {
      this.callers = 0;
      this.#end('cancel');
      this.connection?.unsubscribe();
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

  #connect(start: (flight: Flight<K, T>) => ObservableInput<T>): void {
    if (this.callers === 0) {
      // Deserted before it came to the run.
      this.cancel();
      return;
    }
    this.#start = undefined;
    new Observable<T>((connection) => {
      this.connection = connection;
      this.#owner.resumeOthers();
      if (!this.hasEnded()) {
        this.receive(this.#run(start));
      }
    }).subscribe(this);
  }

  #run(start: (flight: Flight<K, T>) => ObservableInput<T>): ObservableInput<T> {
    nesting.depth++;
    try {
      return start(this);
    } finally {
      nesting.depth--;
    }
  }

  /** Whether nobody waits, and nobody who came back would make a difference. */
  #isDeserted(): boolean {
    const { resetOnRefCountZero } = this.#settings;
    return this.callers === 0 && (resetOnRefCountZero === true || (this.#forgotten && resetOnRefCountZero !== false));
  }

  #lingerIfDeserted(): void {
    const { resetOnRefCountZero } = this.#settings;
    if (this.#isDeserted()) {
      this.cancel();
    } else if (this.#lingers() && typeof resetOnRefCountZero === 'function' && this.connection !== undefined) {
      const drop = linger(resetOnRefCountZero, () => {
        if (this.#lingers()) {
          this.cancel();
        }
      });
      // One that was made meanwhile, for a caller that the making of this one brought and that has left again.
      this.#drop();
      if (this.#lingers()) {
        this.#dropNotifier = drop;
      } else {
        drop();
      }
    }
  }

  #lingers(): boolean {
    return this.callers === 0 && !this.hasEnded();
  }

  #drop(): void {
    const drop = this.#dropNotifier;
    this.#dropNotifier = undefined;
    drop?.();
  }

  #free(): void {
    this.#owner.free(this.#key, this);
  }

  /** The one place where a flight ends; the run is torn down next. */
  #end(outcome: 'complete' | 'error' | 'cancel' | 'abort', error?: unknown): void {
    this.outcome = outcome;
    this.#free();
    this.#say(outcome, error);
    // A promise that never settles keeps its flight, which is to keep nothing of its callers.
    this.#key = undefined as K;
    this.promise = this.#start = undefined;
    this.#drop();
    if (outcome === 'cancel') {
      this.broadcast.clear();
    } else {
      this.broadcast.end(outcome === 'complete' ? outcome : 'error', error);
    }
    if (this.postponed !== undefined) {
      this.#resume(this.postponed);
    }
  }

  #unthrowing(act: () => void): void {
    try {
      act();
    } catch (error) {
      reportUnhandled(error);
    }
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
