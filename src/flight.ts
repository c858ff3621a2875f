import {
  EMPTY,
  EmptyError,
  from,
  Observable,
  share,
  Subscription,
  tap,
  type ObservableInput,
  type SubjectLike,
  type Subscriber,
  type Unsubscribable,
} from 'rxjs';
import { Broadcast, type Sink } from './broadcast.js';
import type { Caller } from './caller.js';
import type { FlightEvent } from './flight-event.js';
import type { FlightSettings } from './flight-settings.js';
import { linger } from './linger.js';
import { PromiseSink } from './promise-sink.js';
import { reportUnhandled } from './report-unhandled.js';
import { seat } from './seat.js';

/** The registry, as its flights see it. */
export interface FlightOwner<K> {
  /** Whether anybody listens to events. */
  readonly observed: boolean;
  /** Frees the key, if it is still this flight's. */
  free(key: K, flight: unknown): void;
  say(event: FlightEvent<K>): void;
}

type Outcome = 'complete' | 'error' | 'cancel' | 'abort';

const tellComplete = (sink: Sink<unknown>): void => {
  sink.complete();
};

/**
 * One run of a function, and the `share()` around it.
 *
 * `share()` counts the subscribers, connects to the source and tears it down; the flight is its connector, and tells the
 * callers. However a flight ends, {@link Flight.#conclude} frees the key and says the event first; then the callers hear;
 * then the source is torn down.
 *
 * A run that promise callers started needs no Observable before an Observable caller joins: until then `share()` is not
 * made, and the run's own promise settles the flight.
 */
export class Flight<K, T> extends Broadcast<T> implements SubjectLike<T> {
  callers = 0;
  readonly number: number;
  readonly #owner: FlightOwner<K>;
  readonly #key: K;
  readonly #settings: FlightSettings;
  /** The run to come; undefined once it has begun. */
  #start: ((flight: Flight<K, T>) => ObservableInput<T>) | undefined;
  #led = false;
  #outcome: Outcome | undefined = undefined;
  #reason: unknown = undefined;
  #shared: Observable<T> | undefined = undefined;
  #connection: Subscriber<T> | undefined = undefined;
  #boarding: Caller<T> | undefined = undefined;
  /** How many of the callers are promise callers, and the one seat in `share()` that stands for all of them. */
  #promised = 0;
  #hold: Subscription | undefined = undefined;
  #promise: PromiseSink<T> | undefined = undefined;
  #controller: AbortController | undefined = undefined;

  constructor(
    owner: FlightOwner<K>,
    key: K,
    number: number,
    start: (flight: Flight<K, T>) => ObservableInput<T>,
    settings: FlightSettings,
  ) {
    super(settings.bufferSize);
    this.#owner = owner;
    this.#key = key;
    this.number = number;
    this.#start = start;
    this.#settings = settings;
  }

  /** Settles with the flight, for all promise callers that brought no signal. */
  get promise(): Promise<T> {
    this.#promise ??= new PromiseSink(this);
    return this.#promise.promise;
  }

  /** Aborts when the flight is cancelled or aborted. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      this.#abortSignal();
    }
    return this.#controller.signal;
  }

  /**
   * Lets an Observable caller join, `subscriber` being what `share()` counts for it.
   *
   * Returns false where the flight ended before the caller was counted.
   */
  board(caller: Caller<T>, subscriber: Subscriber<T>): boolean {
    if (this.#promised > 0) {
      this.#holdOn();
    }
    const refused = this.#share(caller, subscriber);
    if (this.callers === 0 && this.#connection === undefined) {
      this.unsubscribe();
    }
    return !refused;
  }

  /** Lets a promise caller join; one without a signal of its own shares {@link promise} and is no receiver. */
  boardPromise(caller?: Caller<T>): boolean {
    this.#promised++;
    if (this.#shared !== undefined) {
      this.#holdOn();
    }
    if (this.#outcome !== undefined) {
      return false;
    }
    if (caller === undefined) {
      this.#count();
    } else if (caller.sink.closed) {
      this.#letGo();
    } else {
      this.admit(caller);
    }
    if (this.#outcome === undefined) {
      this.#run();
    }
    return true;
  }

  /** Counts a caller, and tells it what it has missed. It, or another for it, has a seat in `share()`. */
  admit(caller: Caller<T>): void {
    this.add(caller);
    do {
      this.rejoin(caller);
    } while (caller.weight < caller.calls && this.#outcome === undefined && !caller.sink.closed);
    this.begin(caller);
  }

  /** Counts one more call for a caller that has joined. */
  rejoin(caller: Caller<T>): void {
    caller.weight++;
    this.#count();
  }

  leave(caller: Caller<T>): void {
    if (this.#outcome !== undefined || caller.weight === 0) {
      return;
    }
    this.remove(caller);
    for (; caller.weight > 0 && this.#outcome === undefined; caller.weight--) {
      this.callers--;
      if (this.callers === 0 && this.#settings.resetOnRefCountZero === true) {
        this.#free();
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

  /** Leaves the flight to its present callers, when the registry has freed its key. */
  forget(): void {
    if (this.#outcome === undefined) {
      this.#say('forget');
    }
  }

  abort(reason: unknown): void {
    if (this.#outcome !== undefined) {
      return;
    }
    this.#reason = reason;
    this.#conclude('abort', reason);
    try {
      if (this.#connection === undefined) {
        this.error(reason);
        this.unsubscribe();
      } else {
        // Through share(), for it to drop a pending notifier and tear down the source.
        this.#connection.error(reason);
      }
    } catch (error) {
      reportUnhandled(error);
    }
  }

  /** For `share()`: it has counted the boarding caller, and connects to the source next if nobody has. */
  subscribe(): Unsubscribable {
    const caller = this.#boarding;
    if (caller !== undefined && this.#outcome === undefined) {
      this.#boarding = undefined;
      if (!caller.sink.closed) {
        this.admit(caller);
      }
    }
    return Subscription.EMPTY;
  }

  error(error: unknown): void {
    this.#settle('error', error);
  }

  complete(): void {
    this.#settle('complete');
  }

  /** The finalizer of the connection, added before the source's own. */
  unsubscribe(): void {
    if (this.#outcome === undefined) {
      this.#conclude('cancel');
    }
    if (this.#controller !== undefined) {
      this.#abortSignal();
    }
  }


  #count(): void {
    this.callers++;
    if (this.#led) {
      this.#say('join');
    } else {
      this.#led = true;
      this.#say('start');
    }
  }

  #share(caller: Caller<T> | undefined, subscriber: Subscriber<T>): boolean {
    this.#shared ??= new Observable<T>((connection) => {
      this.#connection = connection;
      connection.add(this);
      this.#run();
    }).pipe(
      share({
        connector: () => this,
        // A flight flies once.
        resetOnComplete: false,
        resetOnError: false,
        resetOnRefCountZero: this.#resetOnRefCountZero(),
      }),
    );
    // share() may run a notifier's teardown before it comes to subscribe(), and that may call again.
    const outer = this.#boarding;
    this.#boarding = caller;
    this.#shared.subscribe(subscriber);
    const refused = caller !== undefined && this.#boarding === caller;
    this.#boarding = outer;
    return refused;
  }

  #resetOnRefCountZero(): boolean | (() => Observable<unknown>) {
    const { resetOnRefCountZero } = this.#settings;
    return typeof resetOnRefCountZero === 'function'
      ? () => (this.#connection === undefined ? EMPTY : linger(resetOnRefCountZero, () => {
              this.#free();
            }))
      : resetOnRefCountZero;
  }

  #holdOn(): void {
    if (this.#hold === undefined) {
      const subscriber = seat();
      this.#hold = subscriber;
      this.#share(undefined, subscriber);
    }
  }

  /** One promise caller less: the last gives up the seat, which cancels as any last caller's leaving does. */
  #letGo(): void {
    this.#promised--;
    if (this.#promised > 0 || this.#outcome !== undefined) {
      return;
    }
    if (this.#start === undefined) {
      this.#holdOn();
      this.#hold?.unsubscribe();
      this.#hold = undefined;
    } else {
      this.unsubscribe();
    }
  }

  #run(): void {
    const start = this.#start;
    if (start === undefined) {
      return;
    }
    this.#start = undefined;
    try {
      const input = start(this);
      if (isPromiseLike(input)) {
        input.then(
          (value) => {
            this.#fulfil(value);
          },
          (error: unknown) => {
            this.#fail(error);
          },
        );
      } else if (this.#outcome === undefined) {
        if (this.#connection === undefined) {
          this.#holdOn();
        }
        this.#freeingFirst(from(input)).subscribe(this.#connection);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** `share()` tears down a pending notifier before it tells the flight of the end, and the key is to be free before that. */
  get #mayLinger(): boolean {
    return typeof this.#settings.resetOnRefCountZero === 'function';
  }

  #freeingFirst(source: Observable<T>): Observable<T> {
    if (!this.#mayLinger) {
      return source;
    }
    const free = (): void => {
      this.#free();
    };
    return source.pipe(tap({ error: free, complete: free }));
  }

  #fulfil(value: T): void {
    if (this.#outcome === undefined) {
      const sink = this.#connection ?? this;
      sink.next(value);
      if (this.#mayLinger) {
        this.#free();
      }
      sink.complete();
    }
  }

  #fail(error: unknown): void {
    if (this.#outcome === undefined) {
      if (this.#mayLinger) {
        this.#free();
      }
      (this.#connection ?? this).error(error);
    }
  }

  #settle(type: 'complete' | 'error', error?: unknown): void {
    if (this.#outcome === undefined) {
      this.#conclude(type, error);
    }
    const tell =
      type === 'complete'
        ? tellComplete
        : (sink: Sink<T>): void => {
            sink.error(error);
          };
    this.end(tell);
    if (this.#promise !== undefined) {
      tell(this.#promise);
    }
  }

  /** The one place where a flight ends. */
  #conclude(outcome: Outcome, error?: unknown): void {
    this.#outcome = outcome;
    this.#free();
    this.#say(outcome, error);
  }

  #free(): void {
    this.#owner.free(this.#key, this);
  }

  #say(type: FlightEvent<K>['type'], error?: unknown): void {
    if (this.#owner.observed) {
      const said = { type, key: this.#key, flight: this.number, callers: this.callers };
      this.#owner.say((type === 'error' || type === 'abort' ? { ...said, error } : said) as FlightEvent<K>);
    }
  }

  #abortSignal(): void {
    if (this.#outcome === 'cancel' || this.#outcome === 'abort') {
      this.#controller?.abort(this.#reason);
    }
  }
}

function isPromiseLike<T>(input: ObservableInput<T>): input is PromiseLike<T> {
  return typeof (input as Partial<PromiseLike<T>> | null | undefined)?.then === 'function';
}
