import { EmptyError, from, tap, type Observable, type ObservableInput, type Subscriber } from 'rxjs';
import type { Sink } from './broadcast.js';
import type { Caller } from './caller.js';
import type { FlightEvent } from './flight-event.js';
import type { FlightSettings } from './flight-settings.js';
import { FlightSignal } from './flight-signal.js';
import { isPromiseLike } from './is-promise-like.js';
import { reportUnhandled } from './report-unhandled.js';
import { Sharing, type SharedFlight } from './sharing.js';

/** The registry, as its flights need it. */
export interface FlightOwner<K> {
  /** Whether anybody listens to events. */
  readonly observed: boolean;
  /** The number of a flight that starts now. */
  nextNumber(): number;
  /** Frees the key, if it is still this flight's. */
  free(key: K, flight: object): void;
  say(event: FlightEvent<K>): void;
}

/**
 * One run of a function, and those who wait on it.
 *
 * However it ends, {@link Flight.conclude} frees the key and says the event first; then the callers hear; then the source is torn
 * down. Callers who can leave make a {@link Sharing}; until one comes, a run that returns a promise needs no Observable.
 */
export class Flight<K, T> implements SharedFlight<T> {
  callers = 0;
  readonly #owner: FlightOwner<K>;
  readonly #key: K;
  readonly #settings: FlightSettings;
  /** The run to come; undefined once it has begun. */
  #start: ((flight: Flight<K, T>) => ObservableInput<T>) | undefined;
  /** 0 until the leader is counted. */
  #number = 0;
  #outcome: 'complete' | 'error' | 'cancel' | 'abort' | undefined = undefined;
  #sharing: Sharing<T> | undefined = undefined;
  /** How many of the callers are promise callers. */
  #promised = 0;
  #promise: Promise<T> | undefined = undefined;
  #resolve: ((value: T) => void) | undefined = undefined;
  #reject: ((reason: unknown) => void) | undefined = undefined;
  #signal: FlightSignal | undefined = undefined;

  constructor(
    owner: FlightOwner<K>,
    key: K,
    start: (flight: Flight<K, T>) => ObservableInput<T>,
    settings: FlightSettings,
  ) {
    this.#owner = owner;
    this.#key = key;
    this.#start = start;
    this.#settings = settings;
  }

  hasEnded(): boolean {
    return this.#outcome !== undefined;
  }

  /** What all promise callers without a signal share. */
  get promise(): Promise<T> {
    this.#promise ??= new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    return this.#promise;
  }

  /** Aborts when the flight is cancelled or aborted. */
  get signal(): FlightSignal {
    this.#signal ??= new FlightSignal();
    return this.#signal;
  }

  /** Lets an Observable caller join, `subscriber` being what `share()` counts for it; false where the flight ended before. */
  board(caller: Caller<T>, subscriber: Subscriber<T>): boolean {
    const sharing = this.#share();
    if (this.#promised > 0) {
      sharing.hold();
    }
    const boarded = sharing.board(caller, subscriber);
    if (this.callers === 0 && sharing.connection === undefined) {
      this.disconnected();
    }
    return boarded;
  }

  /**
   * Lets a promise caller join; false where the flight ended before.
   *
   * One without a signal of its own shares {@link promise}, and is nobody who could leave.
   */
  boardPromise(caller?: Caller<T>): boolean {
    this.#promised++;
    if (this.#sharing?.isShared === true) {
      this.#sharing.hold();
    }
    if (this.hasEnded()) {
      return false;
    }
    if (caller === undefined) {
      this.#count(1);
    } else if (caller.sink.closed) {
      this.#letGo();
    } else {
      this.admit(caller);
    }
    this.run();
    return true;
  }

  /** Counts a caller and tells it what it has missed, when it or another for it has a seat in `share()`. */
  admit(caller: Caller<T>): void {
    const sharing = this.#share();
    const { calls } = caller;
    caller.weight = calls;
    sharing.add(caller);
    this.#count(calls);
    sharing.begin(caller);
  }

  /** Counts one call more for a caller that has joined. */
  admitAgain(caller: Caller<T>): void {
    caller.weight++;
    this.#count(1);
  }

  /** Whether a caller that came now would be told the same as this one from here on. */
  isLevel(caller: Caller<T>): boolean {
    return this.#share().isLevel(caller);
  }

  leave(caller: Caller<T>): void {
    if (this.hasEnded() || caller.weight === 0) {
      return;
    }
    this.#sharing?.remove(caller);
    for (; caller.weight > 0 && !this.hasEnded(); caller.weight--) {
      this.callers--;
      if (this.callers === 0 && this.#settings.resetOnRefCountZero === true) {
        this.free();
      }
      this.#say('leave');
    }
  }

  leavePromise(caller: Caller<T>): void {
    if (caller.weight > 0) {
      this.leave(caller);
      this.#letGo();
    }
  }

  /** Leaves the flight to its present callers; the registry has freed its key. */
  forget(): void {
    if (!this.hasEnded()) {
      this.#say('forget');
    }
  }

  abort(reason: unknown): void {
    if (this.hasEnded()) {
      return;
    }
    this.#conclude('abort', reason);
    const connection = this.#sharing?.connection;
    try {
      if (connection === undefined) {
        this.settle('error', reason);
      } else {
        // Through share(), for it to drop a pending notifier, and to tear down the source.
        connection.error(reason);
      }
    } catch (error) {
      reportUnhandled(error);
    }
    this.#signal?.abort(reason);
  }

  /** Begins the run, unless it has begun or is not to. */
  run(): void {
    const start = this.#start;
    if (start === undefined || this.hasEnded()) {
      return;
    }
    this.#start = undefined;
    try {
      const input = start(this);
      if (isPromiseLike<T>(input)) {
        input.then(
          (value) => {
            this.#fulfil(value);
          },
          (error: unknown) => {
            const unheard = this.callers === 0 && !this.hasEnded();
            this.#fail(error);
            if (unheard) {
              // Nobody is left to handle it: it is to be reported as if it had not been touched.
              throw error;
            }
          },
        );
      } else if (!this.hasEnded()) {
        this.#source(input).subscribe(this.#share().connect());
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  free(): void {
    this.#owner.free(this.#key, this);
  }

  /** Tells the callers the end; where `abort()` has come first, only that. */
  settle(type: 'complete' | 'error', error?: unknown): void {
    if (!this.hasEnded()) {
      this.#conclude(type, error);
    }
    if (type === 'complete') {
      this.#sharing?.end(tellComplete);
      this.deliver(this.#resolve, this.#reject);
    } else {
      this.#sharing?.end((sink) => {
        sink.error(error);
      });
      this.#reject?.(error);
    }
  }

  /** Settles a promise with the latest value, or for want of one with `EmptyError`. */
  deliver(resolve: ((value: T) => void) | undefined, reject: ((reason: unknown) => void) | undefined): void {
    const latest = this.#sharing?.latest;
    if (latest === undefined) {
      reject?.(new EmptyError());
    } else {
      resolve?.(latest.value);
    }
  }

  /** The connection is closed, or will never be made. */
  disconnected(): void {
    if (!this.hasEnded()) {
      this.#conclude('cancel');
      this.#signal?.abort();
    }
  }

  /** The one place where a flight ends. */
  #conclude(outcome: 'complete' | 'error' | 'cancel' | 'abort', error?: unknown): void {
    this.#outcome = outcome;
    this.free();
    this.#say(outcome, this.callers, error);
  }

  #share(): Sharing<T> {
    this.#sharing ??= new Sharing(this, this.#settings);
    return this.#sharing;
  }

  #count(calls: number): void {
    this.callers += calls;
    for (let left = calls - 1; left >= 0 && !this.hasEnded(); left--) {
      const isLeader = this.#number === 0;
      if (isLeader) {
        this.#number = this.#owner.nextNumber();
      }
      this.#say(isLeader ? 'start' : 'join', this.callers - left);
    }
  }

  /** One promise caller less: the last gives up their seat in `share()`, and so leaves as any other caller does. */
  #letGo(): void {
    this.#promised--;
    if (this.#promised > 0 || this.hasEnded()) {
      return;
    }
    if (this.#start === undefined) {
      const sharing = this.#share();
      sharing.hold();
      sharing.letGo();
    } else {
      this.disconnected();
    }
  }

  #fulfil(value: T): void {
    const sharing = this.#sharing;
    if (this.hasEnded()) {
      return;
    }
    if (sharing === undefined) {
      this.#conclude('complete');
      this.#resolve?.(value);
      return;
    }
    const sink = sharing.connection ?? sharing;
    sink.next(value);
    this.#freeBeforeNotifier();
    sink.complete();
  }

  #fail(error: unknown): void {
    if (this.hasEnded()) {
      return;
    }
    this.#freeBeforeNotifier();
    const connection = this.#sharing?.connection;
    if (connection === undefined) {
      this.settle('error', error);
    } else {
      connection.error(error);
    }
  }

  /** `share()` tears down a pending notifier before it tells of the end, and the key is to be free before that. */
  #freeBeforeNotifier(): void {
    if (typeof this.#settings.resetOnRefCountZero === 'function') {
      this.free();
    }
  }

  #source(input: ObservableInput<T>): Observable<T> {
    const source = from(input);
    if (typeof this.#settings.resetOnRefCountZero !== 'function') {
      return source;
    }
    const free = (): void => {
      this.#freeBeforeNotifier();
    };
    return source.pipe(tap({ error: free, complete: free }));
  }

  #say(type: FlightEvent<K>['type'], callers = this.callers, error?: unknown): void {
    if (this.#owner.observed) {
      const said = { type, key: this.#key, flight: this.#number, callers };
      this.#owner.say((type === 'error' || type === 'abort' ? { ...said, error } : said) as FlightEvent<K>);
    }
  }
}

function tellComplete(sink: Sink<unknown>): void {
  sink.complete();
}
