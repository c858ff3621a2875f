import {
  asyncScheduler,
  defer,
  from,
  Observable,
  share,
  Subscription,
  take,
  type ObservableInput,
  type SubjectLike,
  type Subscriber,
  type Unsubscribable,
} from 'rxjs';
import { Broadcast } from './broadcast.js';
import type { Caller } from './caller.js';
import { describe } from '../config/describe.js';
import type { FlightSettings } from '../config/flight-settings.js';
import type { FlightEvent } from './flight-event.js';
import { isPromiseLike } from './is-promise-like.js';
import { passOn } from './pass-on.js';
import type { PostponedCalls } from './postponed-calls.js';
import { reportUnhandled } from './report-unhandled.js';
import { reporting } from './reporting.js';
import { runNested } from './run-nested.js';

/** What events tell of a flight. */
export interface Counted<K> {
  readonly key: K;
  callers: number;
  /** 0 until the leader is counted. */
  number: number;
}

/** The registry, as its flights need it. */
export interface FlightOwner<K, T> {
  /** Counts a call, the first of which starts the flight. */
  count(flight: Counted<K>): void;
  /** Makes postponed calls. */
  resume(calls: Set<() => void>): void;
  /** Makes those that are yet to be made, where one of them leads. */
  resumeOthers(): void;
  /** Frees the key, if it is still this flight's, or gives it to another that takes its place. */
  free(flight: Counted<K>, successor?: Flight<K, T>): void;
  /** Emits an event, where anybody listens. */
  emit(type: FlightEvent<K>['type'], flight: Counted<K>, error?: unknown): void;
}

/**
 * One run of a function, the `share()` around it, and those who wait on it.
 *
 * `share()` connects the flight, its connector, to the run once. One subscriber there stands for all callers, whom the flight counts
 * and notifies: a subscriber each would cost more, and its ref count could not free the key before the teardown.
 *
 * However it ends, `#end()` frees the key, emits the event and notifies the callers, in this order; then the run is torn down.
 */
export class Flight<K, T> implements Counted<K>, SubjectLike<T> {
  /** Notifies the callers. */
  readonly broadcast: Broadcast<T>;
  key: K;
  callers = 0;
  number = 0;
  outcome: 'complete' | 'error' | 'cancel' | 'abort' | undefined;
  /** What `abort()` was given. */
  reason: unknown;
  /** What promise callers without a signal share. */
  promise: Promise<T> | undefined;
  /** The subscriber to the run, once there is one. */
  connection: Subscriber<T> | undefined;
  /** Calls that wait for the next notification. */
  postponed: PostponedCalls<T> | undefined;
  readonly #owner: FlightOwner<K, T>;
  readonly #settings: FlightSettings;
  /** What is to run, until it does. */
  #start: ((flight: Flight<K, T>) => ObservableInput<T>) | undefined;
  /** The subscription to the notifier of `resetOnRefCountZero` that was made when the last caller left. */
  #notifier: Subscription | undefined;
  /** How many callers are about to be counted, as a notifier is torn down for them. */
  #boarding = 0;
  #forgotten = false;
  #subscribing = false;
  /** What is to be done when the source has been subscribed to and, the flight having ended meanwhile, torn down. */
  #whenSubscribed: Subscription | undefined;

  constructor(
    owner: FlightOwner<K, T>,
    key: K,
    start: (flight: Flight<K, T>) => ObservableInput<T>,
    settings: FlightSettings,
  ) {
    this.broadcast = new Broadcast(settings.bufferSize);
    this.#owner = owner;
    this.key = key;
    this.#start = start;
    this.#settings = settings;
  }

  /** Lets a caller join, and runs for the first one; false where the flight has ended before the caller could be counted. */
  board(caller: Caller<T>): boolean {
    // The teardown of a notifier may call again, and leave, end the flight, or make this caller leave.
    this.#boarding++;
    this.#stopLingering();
    this.#boarding--;
    if (this.hasEnded()) {
      return false;
    }
    if (!caller.sink.closed) {
      this.admit(caller);
    }
    if (this.#start) {
      this.#connect(this.#start);
    } else {
      // For one that has left meanwhile, when it was no caller yet.
      this.#lingerIfDeserted();
    }
    return true;
  }

  /** Counts the calls of a caller and replays to it what it has missed. */
  admit(caller: Caller<T>): void {
    this.broadcast.add(caller);
    this.count(caller);
    this.broadcast.replay(caller);
  }

  /** Counts those calls of a caller that have not joined yet. */
  count(caller: Caller<T>): void {
    while (caller.joined < caller.calls && !caller.sink.closed && !this.hasEnded()) {
      caller.joined++;
      this.#owner.count(this);
    }
  }

  leave(caller: Caller<T>): void {
    if (caller.joined === 0 || this.hasEnded()) {
      return;
    }
    this.broadcast.leave(caller);
    for (; caller.joined > 0 && !this.hasEnded(); caller.joined--) {
      this.callers--;
      if (this.#isDeserted()) {
        this.#owner.free(this);
      }
      this.#owner.emit('leave', this);
    }
    this.#lingerIfDeserted();
  }

  /** Whether a call made now comes from inside a `next` of this flight: then it is to be postponed. */
  isInNext(): boolean {
    return this.broadcast.isInNext();
  }

  /** Makes the call after the next notification: so nobody is answered by the answer that made it ask. */
  postpone(call: () => void): PostponedCalls<T> {
    const postponed = (this.postponed ??= {
      calls: new Set(),
      shared: undefined,
      // In a later task, and a later frame of virtual time: a loop is not to starve the source.
      timer: asyncScheduler.schedule(() => {
        this.#resume(postponed);
      }, 1),
    });
    postponed.calls.add(call);
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

  sharedPromise(): Promise<T> | undefined {
    return this.isInNext() ? undefined : this.toFlight()?.promise;
  }

  toFlight(): this | undefined {
    if (this.connection?.closed) {
      // The source has closed its own subscriber, and nobody has been notified.
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
      this.#owner.emit('forget', this);
      reporting(() => {
        this.#lingerIfDeserted();
      });
    }
  }

  abort(reason: unknown): void {
    reporting(() => {
      this.#end('abort', reason);
    });
  }

  /** Nothing of the run comes through once the flight has ended, as where a listener of `abort` makes it go on. */
  next(value: T): void {
    if (!this.hasEnded()) {
      const { postponed } = this;
      this.postponed = undefined;
      this.broadcast.next(value);
      this.#resume(postponed);
    }
  }

  error(error: unknown): void {
    this.#end('error', error);
  }

  complete(): void {
    this.#end('complete');
  }

  /** Ends the flight, which nobody waits on. */
  cancel(): void {
    this.#end('cancel');
  }

  /** Goes on with what the function has returned. */
  receive(input: ObservableInput<T>): void {
    if (isPromiseLike<T>(input)) {
      passOn(input, this);
    } else if (!this.hasEnded()) {
      const source = this.observableOf(input);
      this.#subscribing = true;
      try {
        source.subscribe(this.connection as Subscriber<T>);
      } finally {
        this.#subscribing = false;
        this.#whenSubscribed?.unsubscribe();
      }
    }
  }

  /** Ends the run with what its promise has settled with. */
  settle(type: 'complete' | 'error', result: unknown): void {
    const { connection } = this;
    if (this.hasEnded()) {
      return;
    }
    if (type === 'complete') {
      connection?.next(result as T);
    }
    connection?.[type](result);
  }

  /** The Observable of what the function returned, or the error that says that there is none. */
  observableOf<V>(input: ObservableInput<V>): Observable<V> {
    try {
      return from(input);
    } catch (cause) {
      const { blamed } = this.#settings;
      throw new TypeError(`${blamed} to return an ObservableInput, got ${describe(input)}`, { cause });
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
        this.receive(runNested(start, undefined, [this]));
      }
    })
      .pipe(share({ connector: () => this, resetOnComplete: false, resetOnError: false }))
      .subscribe();
  }

  /** For `share()`, one subscriber of which stands for all callers: they are counted and notified here. */
  subscribe(): Unsubscribable {
    return Subscription.EMPTY;
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
    } else if (
      typeof resetOnRefCountZero === 'function' &&
      !this.#notifier &&
      this.callers + this.#boarding === 0 &&
      this.connection &&
      !this.hasEnded()
    ) {
      // Known before the notifier is subscribed to, which may bring a caller.
      const notifier = (this.#notifier = new Subscription());
      const pending = defer(resetOnRefCountZero)
        .pipe(take(1))
        .subscribe({
          next: () => {
            if (!notifier.closed) {
              this.cancel();
            }
          },
          error: reportUnhandled,
        });
      reporting(() => {
        notifier.add(pending);
      });
    }
  }

  #stopLingering(): void {
    const notifier = this.#notifier;
    if (notifier) {
      this.#notifier = undefined;
      reporting(() => {
        notifier.unsubscribe();
      });
    }
  }

  /** The one place where a flight ends. */
  #end(outcome: 'complete' | 'error' | 'cancel' | 'abort', error?: unknown): void {
    if (this.hasEnded()) {
      return;
    }
    this.outcome = outcome;
    this.#owner.free(this);
    if (outcome === 'cancel') {
      this.callers = 0;
    }
    this.#owner.emit(outcome, this, error);
    // A promise that never settles keeps its flight, which is to keep nothing of its callers.
    this.key = undefined as K;
    this.promise = this.#start = undefined;
    this.#stopLingering();
    if (outcome === 'cancel') {
      this.broadcast.clear();
    } else {
      this.broadcast.end(outcome === 'complete' ? outcome : 'error', error);
    }
    this.#resume(this.postponed);
    if (outcome === 'cancel' || outcome === 'abort') {
      // A run that ends by itself is torn down by its subscriber.
      this.reason = error;
      this.connection?.unsubscribe();
      this.reason = undefined;
    }
  }

  /** Makes the calls that have waited for a notification, now that everyone has been notified. */
  #resume(postponed: PostponedCalls<T> | undefined): void {
    if (postponed) {
      if (postponed === this.postponed) {
        this.postponed = undefined;
      }
      postponed.timer.unsubscribe();
      const resume = (): void => {
        this.#owner.resume(postponed.calls);
      };
      if (this.hasEnded()) {
        this.afterTeardown(resume);
      } else {
        resume();
      }
    }
  }
}
