import {
  defer,
  from,
  Observable,
  share,
  Subscription,
  take,
  timer,
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
import { nesting } from './nesting.js';
import { passOn } from './pass-on.js';
import type { PostponedCalls } from './postponed-calls.js';
import { reportUnhandled } from './report-unhandled.js';

/** What the events of a flight contain. */
export interface Counted<K> {
  readonly key: K;
  callers: number;
  /** 0 until the leader is counted. */
  number: number;
}

/** What a flight needs of its registry. */
export interface FlightOwner<K, T> {
  /** Counts a call, the first of which starts the flight. */
  count(flight: Counted<K>): void;
  /** Makes postponed calls. */
  resume(calls: Set<() => void>): void;
  /** Makes the postponed calls that are left. A flight calls it just before its function runs, so that they join. */
  resumeOthers(): void;
  /** Frees the key, or gives it to a successor, but only if it still belongs to this flight. */
  free(flight: Counted<K>, successor?: Flight<K, T>): void;
  /** Emits an event, if anybody listens. */
  emit(type: FlightEvent<K>['type'], flight: Counted<K>, error?: unknown): void;
}

/**
 * One run of a function, the `share()` around it, and its callers.
 *
 * The flight is the connector of `share()`, which connects it to the run once. It is also the one subscriber of `share()`, and stands
 * for all callers: it counts and notifies them itself. One subscriber for each caller would cost more, and the ref count of `share()`
 * could not free the key before the teardown.
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
  /** The promise that promise callers without a signal share. */
  promise: Promise<T> | undefined;
  /** The subscriber to the run, once there is one. */
  connection: Subscriber<T> | undefined;
  /** Calls that wait for the next notification. */
  postponed: PostponedCalls<T> | undefined;
  readonly #owner: FlightOwner<K, T>;
  readonly #settings: FlightSettings;
  /** The function to run, until it runs or the flight ends. */
  #start: ((flight: Flight<K, T>) => ObservableInput<T>) | undefined;
  /** The subscription to the notifier of `resetOnRefCountZero` that was made when the last caller left. */
  #notifier: Subscription | undefined;
  /** How many callers are joining, and wait for the notifier to be torn down first. */
  #boarding = 0;
  #forgotten = false;
  #subscribing = false;
  /** What to do once `source.subscribe` has returned, and has torn down a run that ended meanwhile. */
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

  /** Lets a caller join, and starts the run for the first one. Returns false if the flight ended before the caller was counted. */
  board(caller: Caller<T>): boolean {
    // The teardown of a notifier is user code: it may make another call, end the flight, or make this caller leave.
    this.#boarding++;
    this.#stopLingering();
    this.#boarding--;
    if (this.closed) {
      return false;
    }
    if (!caller.sink.closed) {
      this.admit(caller);
    }
    if (this.#start) {
      this.#connect(this.#start);
    } else {
      // This caller may have left meanwhile, before it was counted.
      this.#lingerIfDeserted();
    }
    return true;
  }

  /** Counts the calls of a caller, and replays the values that it missed. */
  admit(caller: Caller<T>): void {
    this.broadcast.add(caller);
    this.count(caller);
    this.broadcast.replay(caller);
  }

  /** Counts those calls of a caller that have not joined yet. */
  count(caller: Caller<T>): void {
    while (caller.joined < caller.calls && !caller.sink.closed && !this.closed) {
      this.countOne(caller);
    }
  }

  /** Counts one more call of a caller that waits on the flight. */
  countOne(caller: Caller<T>): void {
    caller.joined++;
    this.#owner.count(this);
  }

  leave(caller: Caller<T>): void {
    if (caller.joined === 0 || this.closed) {
      return;
    }
    this.broadcast.leave(caller);
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- a listener of `leave` may end the flight
    while (caller.joined > 0 && !this.closed) {
      caller.joined--;
      this.callers--;
      if (this.#isDeserted()) {
        this.#owner.free(this);
      }
      this.#owner.emit('leave', this);
    }
    this.#lingerIfDeserted();
  }

  /** Whether a call made now comes from inside a `next` of this flight. Then it must be postponed. */
  isInNext(): boolean {
    return this.broadcast.isInNext();
  }

  /** Postpones a call until after the next notification, so that it never gets the value that caused it. */
  postpone(call: () => void): PostponedCalls<T> {
    const postponed = (this.postponed ??= {
      calls: new Set(),
      // In a later task (in virtual time, a later frame), so that a loop of calls cannot starve the source.
      // eslint-disable-next-line rxjs-x/no-ignored-error -- a timer never fails
      timer: timer(1).subscribe(() => {
        this.#resume(postponed);
      }),
    });
    postponed.calls.add(call);
    return postponed;
  }

  /** Calls `act` once the run of an ended flight has been torn down. */
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
      // The source has unsubscribed its own subscriber, without a complete or an error.
      this.unsubscribe();
    }
    return this.closed ? undefined : this;
  }

  /** Whether it has ended. */
  get closed(): boolean {
    return this.outcome !== undefined;
  }

  /** Lets no new caller join. The registry has freed the key already. */
  forget(): void {
    if (!this.closed) {
      this.#forgotten = true;
      this.#owner.emit('forget', this);
      try {
        this.#lingerIfDeserted();
      } catch (error) {
        reportUnhandled(error);
      }
    }
  }

  abort(reason: unknown): void {
    try {
      this.#end('abort', reason);
    } catch (error) {
      reportUnhandled(error);
    }
  }

  /** Ignores values after the end: a listener of `abort` may still make the source emit. */
  next(value: T): void {
    if (!this.closed) {
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

  /** Cancels a flight that has no callers. */
  unsubscribe(): void {
    this.#end('cancel');
  }

  /** Takes the result of the function: waits for a promise, and subscribes to anything else. */
  receive(input: ObservableInput<T>): void {
    if (isPromiseLike<T>(input)) {
      passOn(input, this);
    } else if (!this.closed) {
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

  /** Ends the run as its promise has settled. */
  settle(type: 'complete' | 'error', result: unknown): void {
    const { connection } = this;
    if (this.closed) {
      return;
    }
    if (type === 'complete') {
      connection?.next(result as T);
    }
    connection?.[type](result);
  }

  /** Makes an Observable of the result of the function, or throws a `TypeError`. */
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
      // All callers have left before the run started.
      this.unsubscribe();
      return;
    }
    this.#start = undefined;
    const run = new Observable<T>((connection) => {
      this.connection = connection;
      this.#owner.resumeOthers();
      if (!this.closed) {
        // As `runNested` does, but without a list of arguments, which would make a lead a few percent slower.
        let input: ObservableInput<T>;
        nesting.depth++;
        try {
          input = start(this);
        } finally {
          nesting.depth--;
        }
        this.receive(input);
      }
    });
    share<T>({ connector: () => this })(run).subscribe(this);
  }

  /** Called by `share()`. There is nothing to do: the flight itself notifies the callers. */
  subscribe(): Unsubscribable {
    return this;
  }

  /** As the flight has this method, `remove`, `unsubscribe` and `closed`, RxJS takes it for a subscriber, and wraps no other around it. */
  add(): void {
    // This is how `share()` learns that a subscriber leaves. The flight ends the run itself.
  }

  remove(): void {
    // Nothing was added.
  }

  /** Whether there are no callers, and no new caller could make the flight go on. */
  #isDeserted(): boolean {
    const { resetOnRefCountZero } = this.#settings;
    return this.callers === 0 && (resetOnRefCountZero === true || (this.#forgotten && resetOnRefCountZero !== false));
  }

  #lingerIfDeserted(): void {
    const { resetOnRefCountZero } = this.#settings;
    if (this.#isDeserted()) {
      this.unsubscribe();
    } else if (
      typeof resetOnRefCountZero === 'function' &&
      !this.#notifier &&
      this.callers + this.#boarding === 0 &&
      this.connection &&
      !this.closed
    ) {
      // Set before the notifier is subscribed to, since that may bring a caller.
      const notifier = (this.#notifier = new Subscription());
      const next = (): void => {
        if (!notifier.closed) {
          this.unsubscribe();
        }
      };
      try {
        notifier.add(defer(resetOnRefCountZero).pipe(take(1)).subscribe({ next, error: reportUnhandled }));
      } catch (error) {
        reportUnhandled(error);
      }
    }
  }

  #stopLingering(): void {
    const notifier = this.#notifier;
    this.#notifier = undefined;
    try {
      notifier?.unsubscribe();
    } catch (error) {
      reportUnhandled(error);
    }
  }

  /** The one place where a flight ends. */
  #end(outcome: 'complete' | 'error' | 'cancel' | 'abort', error?: unknown): void {
    if (this.closed) {
      return;
    }
    this.outcome = outcome;
    this.#owner.free(this);
    if (outcome === 'cancel') {
      this.callers = 0;
    }
    this.#owner.emit(outcome, this, error);
    // A user's promise that never settles keeps the flight in memory, so release what belongs to the callers.
    this.key = undefined as K;
    this.promise = this.#start = undefined;
    this.#stopLingering();
    if (outcome !== 'cancel') {
      this.broadcast.end(outcome === 'complete' ? outcome : 'error', error);
    }
    this.broadcast.clear();
    this.#resume(this.postponed);
    if (outcome === 'cancel' || outcome === 'abort') {
      // RxJS tears down a run that completes or errors.
      this.reason = error;
      this.connection?.unsubscribe();
      this.reason = undefined;
    }
  }

  /** Makes the postponed calls, now that everyone has been notified. */
  #resume(postponed: PostponedCalls<T> | undefined): void {
    if (postponed) {
      if (postponed === this.postponed) {
        this.postponed = undefined;
      }
      postponed.timer.unsubscribe();
      const resume = (): void => {
        this.#owner.resume(postponed.calls);
      };
      if (this.closed) {
        this.afterTeardown(resume);
      } else {
        resume();
      }
    }
  }
}
