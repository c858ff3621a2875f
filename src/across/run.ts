import {
  catchError,
  concat,
  defer,
  from,
  ignoreElements,
  map,
  Observable,
  throwError,
  type ObservableInput,
  type Subscriber,
} from 'rxjs';
import { Caller } from '../flight/caller.js';
import type { Flight } from '../flight/flight.js';
import type { FlightSettings } from '../config/flight-settings.js';
import { runNested } from '../flight/run-nested.js';
import { Follower } from './follower.js';
import { forGood, isCount, type Business, type Participant } from './participant.js';

/** A value of a run, with its number among them, from 1. */
export interface Numbered<T> {
  readonly index: number;
  readonly value: T;
  /** As it is sent, once that is known. */
  packed?: unknown;
}

/** What a run's function is told of its flight, see `Registry.lead`. */
export type Start<T> = (flight: Flight<any, T>) => ObservableInput<T>;

/** A run that has its key for everybody, and the flight of its callers, here and elsewhere. */
export class Run<T> implements Business {
  readonly id: string;
  readonly flight: Flight<string, Numbered<T>>;
  /** Those who wait elsewhere, by call and participant, until they have acknowledged the end. */
  readonly #followers = new Map<string, Follower<T>>();
  /** Is called when everyone has left, here too, and the key has been freed. */
  readonly deserted = new Set<() => void>();
  /** The number of the latest value. */
  latest = 0;
  /** Has ended by itself, and waits for its key to be free. */
  settling = false;
  readonly #participant: Participant;
  readonly #key: string;
  #freed: Promise<unknown> | undefined;

  constructor(participant: Participant, id: string, key: string, start: Start<T>, settings: FlightSettings) {
    this.#participant = participant;
    this.id = id;
    this.#key = key;
    this.flight = participant.flights.lead(id, () => this.#source(start), settings) as Flight<string, Numbered<T>>;
    participant.led.set(id, this);
    participant.enter(this);
  }

  /** Counts a subscriber, and tells it what there is. */
  board(subscriber: Subscriber<Numbered<T>>): void {
    const caller = new Caller(subscriber, this.flight);
    subscriber.add(caller);
    this.flight.board(caller);
  }

  /** One that is to be counted, and is told by another way. */
  count(): Caller<Numbered<T>> {
    return new Caller<Numbered<T>>(deaf, this.flight);
  }

  /** Frees the key, and settles when that is known everywhere. */
  free(): Promise<unknown> {
    return (this.#freed ??= this.#participant.free(this.#key, this.id));
  }

  abort(reason: unknown): void {
    void this.free();
    this.flight.abort(reason);
  }

  /** Ends what has not begun. */
  abandon(): void {
    void this.free();
    this.flight.cancel();
    this.drop();
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
      this.#participant.send(follower.from, 'gone', this.id, follower.call, forGood);
      this.#dismiss(name);
    }
  }

  /** Forgets the run, once nobody waits or may yet ask for the end. */
  drop(): void {
    this.#participant.led.delete(this.id);
    this.#participant.leave(this);
    for (const name of this.#followers.keys()) {
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
        this.drop();
      }
    }
  }

  #source(start: Start<T>): Observable<Numbered<T>> {
    const free = defer(() => {
      this.settling = true;
      return from(this.free()).pipe(ignoreElements());
    });
    const values = this.#values(start).pipe(map((value) => ({ index: ++this.latest, value })));
    return new Observable((subscriber) => {
      // Before the finalizers of what the function returns: where everyone has left, the key is freed first.
      subscriber.add(() => {
        void this.free();
        for (const desert of this.deserted) {
          desert();
        }
        this.#concluded();
      });
      concat(
        values.pipe(
          catchError((error: unknown) =>
            concat(
              free,
              throwError(() => error),
            ),
          ),
        ),
        free,
      ).subscribe(subscriber);
    });
  }

  /** What the function gives, which is told of the flight as if it were the run alone. */
  #values(start: Start<T>): Observable<T> {
    const { flight } = this;
    return new Observable((connection) => {
      const own = {
        connection,
        get outcome() {
          return flight.outcome;
        },
        get reason() {
          return flight.reason;
        },
      };
      const input = runNested(start, undefined, [own as unknown as Flight<any, T>]);
      if (!flight.hasEnded()) {
        flight.observableOf(input).subscribe(connection);
      }
    });
  }

  #concluded(): void {
    if (this.#followers.size === 0) {
      this.drop();
    } else {
      this.#participant.clock.after(this.#participant.memory, () => this.drop(), true);
    }
  }
}

const deaf = { closed: false, next: nothing, error: nothing, complete: nothing };

function nothing(): void {
  // Told elsewhere.
}
