import { defer, Observable, type Subscriber } from 'rxjs';
import type { Sink } from '../flight/broadcast.js';
import { Caller } from '../flight/caller.js';
import type { Flight } from '../flight/flight.js';
import type { FlightSettings } from '../config/flight-settings.js';
import { Following, type Followed } from './following.js';
import { keyText } from './key-text.js';
import { leaderLost } from './leader-lost.js';
import type { Business, Participant } from './participant.js';
import { runNested } from '../flight/run-nested.js';
import { Run, type Numbered, type Start } from './run.js';
import { leaderOf } from './wire.js';

/** How many ms there are at most between two claims. */
const longestWait = 250;

/** For how many beats a leader may be silent while the medium does not answer either. */
const mostSilence = 3;

/** What a flight may know of where it runs. */
export type Whereabouts =
  | { readonly type: 'lead' }
  | { readonly type: 'follow'; readonly leader: string }
  | { readonly type: 'apart'; readonly error: unknown };

/** One way for a flight to come to its values. */
interface Way {
  /** The flight ends, or takes another way. */
  stop(): void;
  /** Its callers have left, or somebody has come back. */
  settle?(): void;
  /** Nobody is to join it any more. */
  forget?(): void;
  /** The participant withdraws. */
  withdraw?(reason: Error): void;
}

/** Where a flight of this participant runs: here for all, elsewhere, or here for itself; and the way there. */
export class Route<K, T> implements Business, Followed, FlightSettings {
  readonly bufferSize: number;
  readonly blamed: string;
  readonly #participant: Participant;
  readonly #key: K;
  readonly #start: Start<T>;
  readonly #leaderSettings: FlightSettings;
  readonly #tell: (flight: Flight<K, T>, whereabouts: Whereabouts) => void;
  #flight!: Flight<K, T>;
  #subscriber!: Subscriber<T>;
  #text = '';
  #way: Way = { stop: nothing };
  /** Nothing but while it does not know where it runs. */
  #stopPatience: () => void = nothing;
  #wait = 0;
  /** Whether the medium has answered since it has been looking for a leader. */
  #isAnswered = false;
  #isProbing = false;
  #forgotten = false;
  #hasHeard = false;
  /** It is for a run of somebody else, whose settings are those that count. */
  #isFollowing = false;
  /** Where its callers have left and it goes on: a value ends it. */
  #deserted: Subscriber<unknown> | undefined;

  constructor(
    participant: Participant,
    key: K,
    start: Start<T>,
    settings: FlightSettings,
    tell: (flight: Flight<K, T>, whereabouts: Whereabouts) => void,
  ) {
    this.#participant = participant;
    this.#key = key;
    this.#start = start;
    this.#leaderSettings = settings;
    this.#tell = tell;
    this.bufferSize = settings.bufferSize;
    this.blamed = settings.blamed;
  }

  /** For the flight itself. */
  get resetOnRefCountZero(): FlightSettings['resetOnRefCountZero'] {
    const { resetOnRefCountZero } = this.#leaderSettings;
    if (this.#isFollowing) {
      // Whom nobody waits for here leaves; what then is for the leader to say.
      return true;
    }
    return typeof resetOnRefCountZero === 'function' ? () => this.#desertion() : resetOnRefCountZero;
  }

  /** What the flight is to run. */
  source(flight: Flight<K, T>): Observable<T> {
    return new Observable((subscriber) => {
      this.#flight = flight;
      this.#subscriber = subscriber;
      this.#text = keyText(this.#key);
      subscriber.add(() => {
        const way = this.#way;
        this.#way = { stop: nothing };
        this.#endPatience();
        way.stop();
        this.#participant.leave(this);
      });
      this.#seek();
    });
  }

  /** Nobody is to join the flight any more, here or elsewhere. */
  forget(): void {
    this.#forgotten = true;
    this.#way.forget?.();
  }

  withdraw(reason: Error): void {
    this.#way.withdraw?.(reason);
  }

  found(leader: string): void {
    this.#endPatience();
    this.#say({ type: 'follow', leader });
  }

  next(value: unknown): void {
    this.#hasHeard = true;
    this.#subscriber.next(value as T);
  }

  complete(): void {
    this.#subscriber.complete();
  }

  error(error: unknown): void {
    this.#subscriber.error(error);
  }

  abort(reason: unknown): void {
    this.#way = { stop: nothing };
    this.#flight.abort(reason);
  }

  refused(error: unknown): void {
    if (this.#hasHeard) {
      this.lost(error);
    } else {
      this.#apart(error);
    }
  }

  lost(error: unknown): void {
    if (this.#hasHeard) {
      this.#subscriber.error(leaderLost(error));
    } else if (this.#stopPatience === nothing) {
      this.#seek();
    } else {
      this.#claimSoon(this.#participant.newFlight());
    }
  }

  doubt(following: Following, beats: number): void {
    const participant = this.#participant;
    const way = this.#way;
    if (this.#isProbing) {
      return;
    }
    this.#isProbing = true;
    const flight = participant.newFlight();
    participant
      .inTime(() => participant.claim(this.#text, flight))
      .then(
        (holder) => {
          this.#isProbing = false;
          const isOurs = holder === flight;
          if (isOurs && !this.#hasHeard && (this.#way === way || this.#stopPatience !== nothing)) {
            // It has been looking for whoever has the key, one way or another.
            this.#way.stop();
            this.#lead(flight);
            return;
          }
          if (isOurs) {
            void participant.free(this.#text, flight);
          }
          const isAlive = holder === undefined || holder === following.flight;
          // One that has lost its key may have ended, and the end may be under way.
          if (this.#way === way && !isAlive && !(this.#hasHeard && beats < mostSilence)) {
            following.leave();
            this.lost(new Error(`The participant ${following.leader} has lost its key`));
          }
        },
        (error: unknown) => {
          this.#isProbing = false;
          void participant.free(this.#text, flight);
          if (this.#way === way && beats >= mostSilence) {
            participant.refused(error);
            following.leave();
            this.lost(error);
          }
        },
      );
  }

  /** Looks for a leader, or becomes it, as long as patience lasts. */
  #seek(): void {
    this.#isFollowing = false;
    const participant = this.#participant;
    const { patience, unreachable } = participant;
    if (unreachable !== undefined) {
      this.#apart(unreachable.error);
      return;
    }
    participant.enter(this);
    this.#wait = 0;
    this.#isAnswered = false;
    this.#stopPatience = participant.clock.after(patience, () => {
      const error = new Error(
        `${this.#isAnswered ? 'No leader was found' : 'The medium has not answered'} within ${patience} ms`,
      );
      if (!this.#isAnswered) {
        participant.refused(error);
      }
      this.#way.stop();
      this.#apart(error);
    });
    this.#claim(participant.newFlight());
  }

  #claim(flight: string): void {
    const participant = this.#participant;
    const way = this.#search(flight, nothing);
    participant.claim(this.#text, flight).then(
      (holder) => {
        if (this.#way === way) {
          this.#isAnswered = true;
          this.#decide(flight, holder);
        } else if (holder === flight) {
          // Granted too late.
          void participant.free(this.#text, flight);
        }
      },
      (error: unknown) => {
        participant.refused(error);
        if (this.#way === way) {
          way.stop();
          this.#apart(error);
        }
      },
    );
  }

  #claimSoon(flight: string): void {
    const cancel = this.#participant.clock.after(this.#wait, () => {
      this.#claim(flight);
    });
    this.#wait = Math.min(2 * this.#wait + 5, longestWait);
    this.#search(flight, cancel);
  }

  /** The way of a flight that does not know yet where it runs. */
  #search(flight: string, cancel: () => void): Way {
    const participant = this.#participant;
    const stop = (): void => {
      cancel();
      void participant.free(this.#text, flight);
      if (this.#flight.outcome === 'abort') {
        void participant.abortKey(this.#text, this.#flight.reason);
      }
    };
    return (this.#way = {
      stop,
      withdraw: (reason) => {
        stop();
        this.#apart(reason);
      },
    });
  }

  #decide(flight: string, holder: string | undefined): void {
    const participant = this.#participant;
    if (holder === flight) {
      this.#lead(flight);
      return;
    }
    if (holder !== undefined && !participant.aborted.has(holder)) {
      if (leaderOf(holder) !== participant.id) {
        this.#follow(holder);
        return;
      }
      // One whose callers here had all left, and that goes on for others.
      const run = participant.led.get(holder) as Run<T> | undefined;
      if (run !== undefined && !run.flight.hasEnded()) {
        this.#board(run);
        this.#leaveToLeader();
        return;
      }
    }
    this.#claimSoon(flight);
  }

  #lead(flight: string): void {
    this.#isFollowing = false;
    const run = new Run(this.#participant, flight, this.#text, this.#start, this.#leaderSettings);
    if (this.#forgotten) {
      void run.free();
    }
    this.#board(run);
    if (this.#forgotten) {
      run.flight.forget();
    }
  }

  /** Takes part in a run of this participant: told by it, and counted as one caller as long as anybody waits here. */
  #board(run: Run<T>): void {
    const { broadcast } = run.flight;
    // Told, but not counted.
    const listener = new Caller(this.#sink(run), run.flight);
    let counted: Caller<Numbered<T>> | undefined;
    const count = (): void => {
      counted = run.count();
      run.flight.board(counted);
    };
    const desert = (): void => {
      this.#deserted?.next(undefined);
    };
    const settle = (): void => {
      if (this.#deserted !== undefined) {
        counted?.unsubscribe();
        counted = undefined;
      } else if (counted === undefined) {
        count();
      }
    };
    const way: Way = {
      settle,
      forget: () => {
        run.flight.forget();
      },
      stop: () => {
        run.deserted.delete(desert);
        if (!run.flight.hasEnded()) {
          broadcast.leave(listener);
          if (this.#flight.outcome === 'abort') {
            run.abort(this.#flight.reason);
          }
        }
        counted?.unsubscribe();
      },
    };
    this.#endPatience();
    this.#way = way;
    run.deserted.add(desert);
    broadcast.add(listener);
    this.#say({ type: 'lead' });
    if (this.#way === way) {
      // Counted once, even if nobody waits any more: that is for the run to deal with.
      count();
    }
    broadcast.replay(listener);
    if (this.#way === way) {
      settle();
    }
  }

  #sink(run: Run<T>): Sink<Numbered<T>> {
    const subscriber = this.#subscriber;
    return {
      get closed() {
        return subscriber.closed;
      },
      next: ({ value }) => {
        subscriber.next(value);
      },
      error: (error) => {
        if (run.flight.outcome === 'abort') {
          this.#flight.abort(error);
        } else {
          subscriber.error(error);
        }
      },
      complete: () => {
        subscriber.complete();
      },
    };
  }

  #follow(holder: string): void {
    const following = new Following(this.#participant, holder, this);
    this.#way = {
      stop: () => {
        if (this.#flight.outcome === 'abort') {
          following.close();
          this.#participant.abort(holder, this.#flight.reason, following.call);
        } else {
          following.leave();
        }
      },
      withdraw: (reason) => {
        following.leave();
        this.#endPatience();
        this.lost(reason);
      },
    };
    this.#leaveToLeader();
  }

  #leaveToLeader(): void {
    this.#isFollowing = true;
    if (this.#flight.callers === 0) {
      this.#flight.cancel();
    }
  }

  /** Runs here for the callers here alone. */
  #apart(error: unknown): void {
    const { resetOnRefCountZero } = this.#leaderSettings;
    const settle = (): void => {
      if (this.#deserted !== undefined && typeof resetOnRefCountZero === 'function') {
        this.#deserted.add(defer(resetOnRefCountZero).subscribe(this.#deserted));
      }
    };
    const way: Way = { settle, stop: nothing };
    this.#isFollowing = false;
    this.#endPatience();
    this.#way = way;
    this.#participant.leave(this);
    settle();
    this.#say({ type: 'apart', error });
    if (this.#way === way) {
      try {
        this.#flight.receive(runNested(this.#start, undefined, [this.#flight]));
      } catch (thrown) {
        this.#subscriber.error(thrown);
      }
    }
  }

  /** The notifier of the flight, for as long as its callers have left and it goes on. */
  #desertion(): Observable<unknown> {
    return new Observable((deserted) => {
      this.#deserted = deserted;
      this.#way.settle?.();
      return () => {
        if (this.#deserted === deserted) {
          this.#deserted = undefined;
          this.#way.settle?.();
        }
      };
    });
  }

  #endPatience(): void {
    this.#stopPatience();
    this.#stopPatience = nothing;
  }

  #say(whereabouts: Whereabouts): void {
    this.#tell(this.#flight, whereabouts);
  }
}

function nothing(): void {
  // What ends by itself.
}
