import { Observable, Subject, type ObservableInput, type Subscriber } from 'rxjs';
import type { Flight } from '../flight/flight.js';
import type { FlightSettings } from '../config/flight-settings.js';
import { runNested } from '../flight/run-nested.js';
import { Follower, type FollowedRun } from './follower.js';
import { isCount } from './is-count.js';
import type { Numbered } from './numbered.js';
import type { Activity, LedRun, Participant } from './participant.js';

/** The function of a run, which gets the flight: see `Registry.lead`. */
export type Start<T> = (flight: Flight<any, T>) => ObservableInput<T>;

/**
 * A run that is led here for all participants, and the flight of its callers, here and elsewhere.
 *
 * Its function gets the run in the place of a flight: `connection` ends with the function, but `flight` ends only when the key is free.
 */
export class Run<T> implements Activity, LedRun, FollowedRun<T> {
  readonly id: string;
  readonly flight: Flight<string, Numbered<T>>;
  /** The subscriber to the result of the function. */
  connection: Subscriber<T> | undefined;
  /** The number of the latest value. */
  latest = 0;
  #ended: Subject<void> | undefined;
  readonly #participant: Participant;
  readonly #key: string;
  /** The calls of other participants, by call and participant, until they have acknowledged the end. */
  readonly #followers = new Map<string, Follower<T>>();
  #freed: Promise<unknown> | undefined;

  constructor(participant: Participant, id: string, key: string, start: Start<T>, settings: FlightSettings) {
    this.#participant = participant;
    this.id = id;
    this.#key = key;
    this.flight = participant.flights.lead(id, () => this.#source(start), settings) as Flight<string, Numbered<T>>;
    participant.led.set(id, this);
    participant.addActivity(this);
  }

  get outcome(): Flight<any, T>['outcome'] {
    return this.flight.outcome;
  }

  get reason(): unknown {
    return this.flight.reason;
  }

  /** Emits when the run has ended or its last caller has left: the key is being freed then, and the teardown follows. */
  get ended(): Observable<void> {
    return (this.#ended ??= new Subject());
  }

  /** Frees the key. Settles when it is free everywhere, or when the medium has not answered in time. */
  free(): Promise<unknown> {
    return (this.#freed ??= this.#participant.free(this.#key, this.id));
  }

  /** Lets no call join any more, here or elsewhere. */
  forget(): void {
    void this.free();
    this.flight.forget();
  }

  abort(reason: unknown): void {
    void this.free();
    this.flight.abort(reason);
    // If it has not begun, nothing else does this.
    this.#dropIfDone();
  }

  /** Receives a message of another participant. Returns false if its call has nothing to wait for. */
  receive(from: string, type: unknown, call: number, content: unknown): boolean {
    const name = `${call} ${from}`;
    const follower = this.#followers.get(name);
    if (type === 'leave') {
      this.#dismiss(name);
    } else if (type === 'abort') {
      return !this.flight.closed && this.#abortFor(from, call, content);
    } else if (isCount(content)) {
      if (follower !== undefined) {
        follower.acknowledge(content, type === 'ask');
      } else if (type === 'ask') {
        return !this.flight.closed && this.#admit(name, from, call, content);
      }
    }
    return true;
  }

  beat(): void {
    for (const [name, follower] of this.#followers) {
      if (++follower.silence > 4) {
        this.#dismiss(name);
      }
    }
  }

  withdraw(): void {
    void this.free();
    // A participant that asks from now on gets the answer that the flight is gone.
    this.#participant.led.delete(this.id);
    for (const [name, follower] of this.#followers) {
      follower.release();
      this.#dismiss(name);
    }
  }

  #abortFor(from: string, call: number, packed: unknown): boolean {
    try {
      const reason = this.#participant.unpack(packed);
      // First the key must be free for everybody.
      void this.free().then(() => {
        this.flight.abort(reason);
        this.#participant.send(from, 'gone', this.id, call);
      });
    } catch {
      // No participant has sent this.
    }
    return true;
  }

  #admit(name: string, from: string, call: number, have: number): boolean {
    const follower = new Follower(this.#participant, this, from, call, have, () => {
      this.#dismiss(name);
    });
    this.#followers.set(name, follower);
    const serves = have === 0 || follower.base <= have;
    if (!serves) {
      // It was cut off, and values that it missed are not kept any more.
      this.#dismiss(name);
    }
    return serves;
  }

  #dismiss(name: string): void {
    const follower = this.#followers.get(name);
    if (this.#followers.delete(name)) {
      follower?.leave();
      this.#dropIfDone();
    }
  }

  #source(start: Start<T>): Observable<Numbered<T>> {
    const { flight } = this;
    return new Observable((subscriber) => {
      // Added before the finalizers of what the function returns, so that the key is freed first if the last caller leaves.
      subscriber.add(() => {
        void this.free();
        this.#ended?.next();
        this.#dropIfDone();
      });
      const settle = (notify: () => void): void => {
        void this.free().then(notify);
      };
      new Observable<T>((connection) => {
        subscriber.add(connection);
        this.connection = connection;
        const input = runNested(start, undefined, [this as unknown as Flight<any, T>]);
        if (!flight.closed) {
          flight.observableOf(input).subscribe(connection);
        }
      }).subscribe({
        next: (value) => {
          subscriber.next({ index: ++this.latest, value });
        },
        error: (error: unknown) => {
          settle(() => {
            subscriber.error(error);
          });
        },
        complete: () => {
          settle(() => {
            subscriber.complete();
          });
        },
      });
    });
  }

  /** Forgets the run when it has ended and no follower waits for the end any more. */
  #dropIfDone(): void {
    if (this.#followers.size === 0 && this.flight.closed) {
      this.#participant.led.delete(this.id);
      this.#participant.removeActivity(this);
    }
  }
}
