import { Observable, Subject, type ObservableInput, type Subscriber } from 'rxjs';
import type { Flight } from '../flight/flight.js';
import type { FlightSettings } from '../config/flight-settings.js';
import { runNested } from '../flight/run-nested.js';
import { Follower } from './follower.js';
import { isCount, type Business, type Participant } from './participant.js';

/** A value of a run, with its number among them, from 1. */
export interface Numbered<T> {
  readonly index: number;
  readonly value: T;
  /** As it is sent, once that is known. */
  packed?: unknown;
}

/** What a run's function is told of its flight, see `Registry.lead`. */
export type Start<T> = (flight: Flight<any, T>) => ObservableInput<T>;

/**
 * A run that has its key for everybody, and the flight of its callers, here and elsewhere.
 *
 * To its function it stands for the flight: what that is told of ends with the function, before the key is free.
 */
export class Run<T> implements Business {
  readonly id: string;
  readonly flight: Flight<string, Numbered<T>>;
  /** The subscriber to what the function returns. */
  connection: Subscriber<T> | undefined;
  /** The number of the latest value. */
  latest = 0;
  /** Has ended by itself, and waits for its key to be free. */
  settling = false;
  readonly #ended = new Subject<void>();
  readonly #participant: Participant;
  readonly #key: string;
  /** Those who wait elsewhere, by call and participant, until they have acknowledged the end. */
  readonly #followers = new Map<string, Follower<T>>();
  #freed: Promise<unknown> | undefined;

  constructor(participant: Participant, id: string, key: string, start: Start<T>, settings: FlightSettings) {
    this.#participant = participant;
    this.id = id;
    this.#key = key;
    this.flight = participant.flights.lead(id, () => this.#source(start), settings) as Flight<string, Numbered<T>>;
    participant.led.set(id, this);
    participant.enter(this);
  }

  get outcome(): Flight<any, T>['outcome'] {
    return this.flight.outcome;
  }

  get reason(): unknown {
    return this.flight.reason;
  }

  /** Notifies when it has ended, or everyone has left, here too: its key is being freed by then, and its teardown follows. */
  get ended(): Observable<void> {
    return this.#ended;
  }

  /** Frees the key, and settles when that is known everywhere. */
  free(): Promise<unknown> {
    return (this.#freed ??= this.#participant.free(this.#key, this.id));
  }

  abort(reason: unknown): void {
    void this.free();
    this.flight.abort(reason);
  }

  /** A message of somebody who waits elsewhere. Returns whether there is something to wait for. */
  hear(from: string, type: unknown, call: number, what: unknown): boolean {
    const name = `${call} ${from}`;
    const follower = this.#followers.get(name);
    if (type === 'leave') {
      this.#dismiss(name);
    } else if (type === 'abort') {
      if (this.flight.hasEnded()) {
        return follower !== undefined;
      }
      this.#abortFor(what, () => {
        if (follower === undefined) {
          this.#participant.send(from, 'gone', this.id, call);
        }
      });
    } else if (isCount(what)) {
      if (follower !== undefined) {
        follower.heard(what, type === 'ask');
      } else if (type === 'ask') {
        return !this.flight.hasEnded() && this.#admit(name, from, call, what);
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
    // Who asks from now on is told that there is nothing to wait for.
    this.#participant.led.delete(this.id);
    for (const [name, follower] of this.#followers) {
      follower.release();
      this.#dismiss(name);
    }
  }

  #abortFor(packed: unknown, done: () => void): void {
    let reason: unknown;
    try {
      reason = this.#participant.unpack(packed);
    } catch {
      // It is nothing that a participant has sent.
      return;
    }
    // The key first, for everybody.
    void this.free().then(() => {
      this.flight.abort(reason);
      done();
    });
  }

  #admit(name: string, from: string, call: number, have: number): boolean {
    const follower = new Follower(this.#participant, this, from, call, have, () => {
      this.#dismiss(name);
    });
    this.#followers.set(name, follower);
    const serves = have === 0 || follower.base <= have;
    if (!serves) {
      // It has been away for longer than values are kept.
      this.#dismiss(name);
    }
    return serves;
  }

  #dismiss(name: string): void {
    const follower = this.#followers.get(name);
    if (this.#followers.delete(name)) {
      follower?.leave();
      if (this.#followers.size === 0 && this.flight.hasEnded()) {
        this.#drop();
      }
    }
  }

  #source(start: Start<T>): Observable<Numbered<T>> {
    const { flight } = this;
    return new Observable((subscriber) => {
      // Before the finalizers of what the function returns: where everyone has left, the key is freed first.
      subscriber.add(() => {
        void this.free();
        this.#ended.next();
        this.#concluded();
      });
      const settle = (tell: () => void): void => {
        this.settling = true;
        void this.free().then(tell);
      };
      new Observable<T>((connection) => {
        subscriber.add(connection);
        this.connection = connection;
        const input = runNested(start, undefined, [this as unknown as Flight<any, T>]);
        if (!flight.hasEnded()) {
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

  #concluded(): void {
    if (this.#followers.size === 0) {
      this.#drop();
    } else {
      this.#participant.clock.after(this.#participant.memory, () => this.#drop(), true);
    }
  }

  /** Forgets the run, once nobody waits or may yet ask for the end. */
  #drop(): void {
    this.#participant.led.delete(this.id);
    this.#participant.leave(this);
    for (const name of this.#followers.keys()) {
      this.#dismiss(name);
    }
  }
}
