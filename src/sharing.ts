import { EMPTY, Observable, share, Subscription, type SubjectLike, type Subscriber, type Unsubscribable } from 'rxjs';
import { Broadcast } from './broadcast.js';
import type { Caller } from './caller.js';
import type { FlightSettings } from './flight-settings.js';
import { linger, type Lingering } from './linger.js';
import { seat } from './seat.js';

/** A flight, as the `share()` around it needs it. */
export interface SharedFlight<T> extends Lingering {
  hasEnded(): boolean;
  admit(caller: Caller<T>): void;
  run(): void;
  settle(type: 'complete' | 'error', error?: unknown): void;
  disconnected(): void;
}

/**
 * The `share()` around a flight, and its connector: `share()` counts the subscribers, connects to the source and tears it down;
 * this tells the callers.
 */
export class Sharing<T> extends Broadcast<T> implements SubjectLike<T> {
  /** The subscriber to the source, once there is one. */
  connection: Subscriber<T> | undefined = undefined;
  readonly #flight: SharedFlight<T>;
  readonly #settings: FlightSettings;
  #shared: Observable<T> | undefined = undefined;
  #boarding: Caller<T> | undefined = undefined;
  #hold: Subscriber<T> | undefined = undefined;

  constructor(flight: SharedFlight<T>, settings: FlightSettings) {
    super(settings.bufferSize);
    this.#flight = flight;
    this.#settings = settings;
  }

  /** Whether `share()` has subscribers to count, or had. */
  get isShared(): boolean {
    return this.#shared !== undefined;
  }

  /**
   * Subscribes to `share()` for a caller, by what is to be counted for it.
   *
   * Returns false where the flight ended before the caller could join.
   */
  board(caller: Caller<T> | undefined, subscriber: Subscriber<T>): boolean {
    this.#shared ??= this.#share();
    // share() may run a notifier's teardown before it comes to subscribe(), and that may call again.
    const outer = this.#boarding;
    this.#boarding = caller;
    this.#shared.subscribe(subscriber);
    const boarded = caller === undefined || this.#boarding !== caller;
    this.#boarding = outer;
    return boarded;
  }

  /** The connection, made for the promise callers where nobody else has made it. */
  connect(): Subscriber<T> | undefined {
    if (this.connection === undefined) {
      this.hold();
    }
    return this.connection;
  }

  /** Takes the one seat that stands for all promise callers. */
  hold(): void {
    if (this.#hold === undefined) {
      this.#hold = seat();
      this.board(undefined, this.#hold);
    }
  }

  /** Gives that seat up: if nobody else has one, the flight is cancelled or lingers. */
  letGo(): void {
    const hold = this.#hold;
    this.#hold = undefined;
    hold?.unsubscribe();
  }

  /** For `share()`, which has counted the subscriber, and goes on to connect to the source if nobody has. */
  subscribe(): Unsubscribable {
    const caller = this.#boarding;
    if (caller !== undefined && !this.#flight.hasEnded()) {
      this.#boarding = undefined;
      if (!caller.sink.closed) {
        this.#flight.admit(caller);
      }
    }
    return Subscription.EMPTY;
  }

  error(error: unknown): void {
    this.#flight.settle('error', error);
  }

  complete(): void {
    this.#flight.settle('complete');
  }

  /** The connection's first finalizer: it comes before the source's own teardown. */
  unsubscribe(): void {
    this.#flight.disconnected();
  }

  #share(): Observable<T> {
    const { resetOnRefCountZero } = this.#settings;
    const source = new Observable<T>((connection) => {
      this.connection = connection;
      connection.add(this);
      this.#flight.run();
    });
    return share<T>({
      connector: () => this,
      // A flight flies once.
      resetOnComplete: false,
      resetOnError: false,
      resetOnRefCountZero:
        typeof resetOnRefCountZero === 'function'
          ? () => (this.connection === undefined ? EMPTY : linger(resetOnRefCountZero, this.#flight))
          : resetOnRefCountZero,
    })(source);
  }
}
