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
import type { PostponedCalls } from './postponed-calls.js';
import { reportUnhandled } from './report-unhandled.js';
import { reporting } from './reporting.js';
import { runNested } from './run-nested.js';

/** The registry, as its flights need it. */
export interface FlightOwner<K, T> {
  /** Whether anybody listens to events. */
  readonly observed: boolean;
  /** How many flights have started. */
  started: number;
  /** Makes postponed calls. */
  resume(calls: Iterable<() => void>): void;
  /** Makes those that are yet to be made, where one of them leads. */
  resumeOthers(): void;
  /** Frees the key, if it is still this flight's, or gives it to another that takes its place. */
  free(key: K, flight: object, successor?: Flight<K, T>): void;
  emit(type: FlightEvent<K>['type'], key: K, flight: number, callers: number, error?: unknown): void;
}

/**
 * One run of a function, the `share()` around it, and those who wait on it.
 *
 * `share()` connects the flight, its connector, to the run once. One subscriber there stands for all callers, whom the flight counts
 * and notifies: a subscriber each would cost more, and its ref count could not free the key before the teardown.
 *
 * However it ends, `#end()` frees the key, emits the event and notifies the callers, in this order; then the run is torn down.
 */
export class Flight<K, T> implements SubjectLike<T> {
  /** Notifies the callers. */
  readonly broadcast: Broadcast<T>;
  callers = 0;
  /** 0 until the leader is counted. */
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
  #key: K;
  readonly #settings: FlightSettings;
  /** What is to run, until it does. */
  #start: ((flight: Flight<K, T>) => ObservableInput<T>) | undefined;
  /** The subscription to the notifier of `resetOnRefCountZero`, while it is pending. */
  #notifier: Subscription | undefined;
  /** How many callers are about to be counted, as a notifier is torn down for them. */
  #boarding = 0;
  /** Whether a notifier has been made since somebody came. */
  #lingering = false;
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
    this.#key = key;
    this.#start = start;
    this.#settings = settings;
  }

  /** Lets a caller join, and runs for the first one; false where the flight has ended before the caller could be counted. */
  board(caller: Caller<T>): boolean {
    // The teardown of a notifier may call again, and leave, end the flight, or make this caller leave.
    this.#boarding++;
    this.#stopLingering();
    this.#boarding--;
    this.#lingering = false;
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

  /** Counts the calls of a caller and replays to it what it has missed. */
  admit(caller: Caller<T>): void {
    this.broadcast.add(caller);
    while (caller.joined < caller.weight && !caller.sink.closed && !this.hasEnded()) {
      caller.joined++;
      this.countOne();
    }
    this.broadcast.replay(caller);
  }

  countOne(): void {
    this.callers++;
    if (this.number === 0) {
      this.number = ++this.#owner.started;
      this.#emit('start');
    } else {
      this.#emit('join');
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
      this.#emit('leave');
    }
    this.#lingerIfDeserted();
  }

  /** Whether a call made now comes from inside a `next` of this flight: then it is to be postponed. */
  isInNext(): boolean {
    return this.broadcast.isInNext();
  }

  /** Makes the call after the next notification: so nobody is answered by the answer that made it ask. */
  postpone(call: () => void): PostponedCalls<T> {
    if (this.postponed === undefined) {
      const calls = new Set<() => void>();
      // In a later task, and a later frame of virtual time: a loop is not to starve the source.
      const timer = asyncScheduler.schedule(() => {
        this.#resume(this.#takePostponed());
      }, 1);
      const resume = (): void => {
        timer.unsubscribe();
        this.#owner.resume(calls);
      };
      this.postponed = { calls, resume, shared: undefined };
    }
    this.postponed.calls.add(call);
    return this.postponed;
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
    const promise = this.isInNext() ? undefined : this.toFlight()?.promise;
    if (promise !== undefined) {
      this.countOne();
    }
    return promise;
  }

  toFlight(): this | undefined {
    if (this.connection?.closed === true) {
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
      this.#emit('forget');
      if (this.#isDeserted()) {
        reporting(() => {
          this.cancel();
        });
      }
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
      const postponed = this.#takePostponed();
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
      input.then(
        (value) => {
          this.fulfil(value);
        },
        (error: unknown) => {
          this.fail(error);
        },
      );
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
    } else if (this.#lingers() && typeof resetOnRefCountZero === 'function' && this.connection !== undefined) {
      if (this.#lingering) {
        return;
      }
      this.#lingering = true;
      const notifier = defer(resetOnRefCountZero)
        .pipe(take(1))
        .subscribe({
          next: () => {
            if (this.#lingers()) {
              this.cancel();
            }
          },
          error: reportUnhandled,
        });
      // One that was made meanwhile, for a caller that the making of this one brought and that has left again.
      this.#stopLingering();
      this.#notifier = notifier;
      if (!this.#lingers()) {
        this.#stopLingering();
      }
    }
  }

  #lingers(): boolean {
    return this.callers === 0 && this.#boarding === 0 && !this.hasEnded();
  }

  #stopLingering(): void {
    const notifier = this.#notifier;
    if (notifier !== undefined) {
      this.#notifier = undefined;
      reporting(() => {
        notifier.unsubscribe();
      });
    }
  }

  #free(): void {
    this.#owner.free(this.#key, this);
  }

  /** The one place where a flight ends. */
  #end(outcome: 'complete' | 'error' | 'cancel' | 'abort', error?: unknown): void {
    if (this.hasEnded()) {
      return;
    }
    this.outcome = outcome;
    this.#free();
    if (outcome === 'cancel') {
      this.callers = 0;
    }
    this.#emit(outcome, error);
    // A promise that never settles keeps its flight, which is to keep nothing of its callers.
    this.#key = undefined as K;
    this.promise = this.#start = undefined;
    this.#stopLingering();
    if (outcome === 'cancel') {
      this.broadcast.clear();
    } else {
      this.broadcast.end(outcome === 'complete' ? outcome : 'error', error);
    }
    this.#resume(this.#takePostponed());
    if (outcome === 'cancel' || outcome === 'abort') {
      // A run that ends by itself is torn down by its subscriber.
      this.reason = error;
      this.connection?.unsubscribe();
      this.reason = undefined;
    }
  }

  #takePostponed(): PostponedCalls<T> | undefined {
    const { postponed } = this;
    this.postponed = undefined;
    return postponed;
  }

  /** Makes the calls that have waited for a notification, now that everyone has been notified. */
  #resume(postponed: PostponedCalls<T> | undefined): void {
    if (postponed === undefined) {
      return;
    }
    if (this.hasEnded()) {
      this.afterTeardown(postponed.resume);
    } else {
      postponed.resume();
    }
  }

  #emit(type: FlightEvent<K>['type'], error?: unknown): void {
    if (this.#owner.observed) {
      this.#owner.emit(type, this.#key, this.number, this.callers, error);
    }
  }
}
