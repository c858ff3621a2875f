import { defer, Observable, ReplaySubject, switchAll, type ObservableInput, type Subscriber } from 'rxjs';
import { abortKey } from './abort-key.js';
import type { Sink } from '../flight/broadcast.js';
import { Caller } from '../flight/caller.js';
import type { Flight } from '../flight/flight.js';
import type { FlightSettings } from '../config/flight-settings.js';
import { Following, type FollowingOwner } from './following.js';
import { keyText } from './key-text.js';
import { leaderLost } from './leader-lost.js';
import type { Activity, Participant } from './participant.js';
import { runNested } from '../flight/run-nested.js';
import type { Numbered } from './numbered.js';
import { Run, type Start } from './run.js';
import { leaderOf } from './wire.js';

/** The longest wait between two claims, in ms. */
const longestWait = 250;

/** After how many beats without a message a leader is given up, if the medium does not confirm that it still has the key. */
const mostSilence = 3;

/** Where a flight of this participant runs: here for everybody, elsewhere, or here apart. */
export type Role =
  | { readonly type: 'lead' }
  | { readonly type: 'follow'; readonly leader: string }
  | { readonly type: 'apart'; readonly error: unknown };

/** One way for a flight to get its values. */
interface Way {
  /** Whether the flight joined the run of another flight: then the settings of that flight apply. */
  readonly follows?: boolean;
  /** Called when the flight ends or goes another way. */
  stop(): void;
  /** Called when no call may join the flight any more. */
  forget?(): void;
}

/** Finds out where a flight of this participant runs, and gets the values from there. */
export class Route<K, T> implements Activity, FollowingOwner, FlightSettings, Sink<Numbered<T>> {
  readonly bufferSize: number;
  readonly blamed: string;
  readonly #participant: Participant;
  readonly #key: K;
  readonly #start: Start<T>;
  readonly #leaderSettings: FlightSettings;
  readonly #reportRole: (flight: Flight<K, T>, role: Role) => void;
  /** Emits the notifier of the flight, once the flight runs here. */
  readonly #notifier = new ReplaySubject<ObservableInput<unknown>>(1);
  #flight!: Flight<K, T>;
  #subscriber!: Subscriber<T>;
  #keyText = '';
  #way: Way = noWay;
  /** The run that it takes part in, if that run is led here. */
  #run: Run<T> | undefined;
  /** Until when it looks for a leader; undefined once it has a way. */
  #deadline: number | undefined;
  /** For how many ms it waits before the next claim. */
  #wait = 0;
  #stopPatience: (() => void) | undefined;
  #forgotten = false;
  /** Whether a value has come. */
  #hasReceived = false;

  constructor(
    participant: Participant,
    key: K,
    start: Start<T>,
    settings: FlightSettings,
    reportRole: (flight: Flight<K, T>, role: Role) => void,
  ) {
    this.#participant = participant;
    this.#key = key;
    this.#start = start;
    this.#leaderSettings = settings;
    this.#reportRole = reportRole;
    this.bufferSize = settings.bufferSize;
    this.blamed = settings.blamed;
  }

  /** What the flight does when its last caller here leaves. */
  get resetOnRefCountZero(): FlightSettings['resetOnRefCountZero'] {
    const { resetOnRefCountZero } = this.#leaderSettings;
    if (this.#way.follows === true) {
      // A flight without callers here leaves the run. The leader's configuration decides whether the run goes on.
      return true;
    }
    return typeof resetOnRefCountZero === 'function' ? () => this.#notifier.pipe(switchAll()) : resetOnRefCountZero;
  }

  /** What the flight runs as its function. */
  source(flight: Flight<K, T>): Observable<T> {
    return new Observable((subscriber) => {
      this.#flight = flight;
      this.#subscriber = subscriber;
      this.#keyText = keyText(this.#key);
      subscriber.add(() => {
        this.#replaceWay(noWay).stop();
        this.#chooseWay(noWay);
      });
      this.#seek();
    });
  }

  /** From now on, no call may join the flight, here or elsewhere. */
  forget(): void {
    this.#forgotten = true;
    this.#way.forget?.();
  }

  /** The participant withdraws, while the flight looks for a leader or follows one. */
  withdraw(reason: Error): void {
    this.#replaceWay(noWay).stop();
    this.end('apart', reason);
  }

  found(leader: string): void {
    this.#endPatience();
    this.#reportRole(this.#flight, { type: 'follow', leader });
  }

  get closed(): boolean {
    return this.#subscriber.closed;
  }

  next({ value }: { readonly value: unknown }): void {
    this.#hasReceived = true;
    this.#subscriber.next(value as T);
  }

  complete(): void {
    this.end('complete');
  }

  error(error: unknown): void {
    this.end(this.#run?.outcome, error);
  }

  end(type: unknown, error?: unknown): void {
    this.#replaceWay(noWay);
    if (type === 'complete') {
      this.#subscriber.complete();
    } else if (type === 'error') {
      this.#subscriber.error(error);
    } else if (type === 'abort') {
      this.#flight.abort(error);
    } else if (this.#hasReceived) {
      this.#subscriber.error(leaderLost(error));
    } else if (type === 'apart') {
      this.#apart(error);
    } else {
      this.#seek();
    }
  }

  /** Claims the key: as long as the leader is alive, it still has it. */
  checkLeader(following: Following, beats: number): Promise<void> {
    const participant = this.#participant;
    const way = this.#way;
    const flight = participant.newFlight();
    const isLate = beats >= mostSilence;
    const lose = (error: unknown): void => {
      following.leave();
      this.end('gone', error);
    };
    return participant.claim(this.#keyText, flight).then(
      (holder) => {
        const isFollowing = this.#way === way;
        // The claim also counts if the flight looks for a leader in another way by now: to give the key back would only waste time.
        if (holder === flight && !this.#hasReceived && (isFollowing || this.#deadline !== undefined)) {
          this.#way.stop();
          this.#lead(flight);
          return;
        }
        if (holder === flight) {
          void participant.free(this.#keyText, flight);
        }
        const isAlive = holder === undefined || holder === following.flight;
        // A leader frees its key before it sends the end. So the end may be on its way, and gets some time to arrive.
        if (isFollowing && !isAlive && (isLate || !this.#hasReceived)) {
          lose(new Error(`The participant ${following.leader} has lost its key`));
        }
      },
      (error: unknown) => {
        if (this.#way === way && isLate) {
          participant.mediumFailed(error);
          lose(error);
        }
      },
    );
  }

  /** Looks for a leader, or becomes the leader, until the deadline. */
  #seek(): void {
    const participant = this.#participant;
    const { clock, patience, unreachable } = participant;
    if (unreachable !== undefined) {
      this.#apart(unreachable.error);
      return;
    }
    participant.addActivity(this);
    if (this.#deadline === undefined) {
      this.#deadline = clock.now() + patience;
      this.#wait = 0;
    }
    const flight = participant.newFlight();
    let cancel = nothing;
    const way: Way = {
      stop: () => {
        cancel();
        void participant.free(this.#keyText, flight);
        if (this.#flight.outcome === 'abort') {
          void abortKey(participant, this.#keyText, this.#flight.reason);
        }
      },
    };
    const claim = (): void => {
      participant.claim(this.#keyText, flight).then(
        (holder) => {
          if (this.#way === way) {
            this.#decide(flight, holder);
          } else if (holder === flight) {
            // Granted too late.
            void participant.free(this.#keyText, flight);
          }
        },
        (error: unknown) => {
          participant.mediumFailed(error);
          if (this.#way === way) {
            this.#apart(error);
          }
        },
      );
    };
    this.#way = way;
    if (this.#wait === 0) {
      claim();
    } else {
      cancel = clock.after(this.#wait, claim);
    }
    this.#wait = Math.min(2 * this.#wait + 5, longestWait);
  }

  #decide(flight: string, holder: string | undefined): void {
    const { aborted, clock, id, led, patience } = this.#participant;
    if (holder === flight) {
      this.#lead(flight);
      return;
    }
    this.#stopPatience ??= clock.after(Math.max((this.#deadline as number) - clock.now(), 0), () => {
      this.#replaceWay(noWay).stop();
      this.#apart(new Error(`No leader was found within ${patience} ms`));
    });
    // All callers here may have left a run that is led here, while it goes on for callers elsewhere.
    const own = led.get(holder as string) as Run<T> | undefined;
    if (own?.flight.hasEnded() === false) {
      this.#board(own, true);
    } else if (holder === undefined || leaderOf(holder) === id || aborted.has(holder)) {
      this.#seek();
    } else {
      this.#follow(holder);
    }
  }

  #lead(flight: string): void {
    const run = new Run(this.#participant, flight, this.#keyText, this.#start, this.#leaderSettings);
    if (this.#forgotten) {
      void run.free();
    }
    this.#board(run, false);
    if (this.#forgotten) {
      run.flight.forget();
    }
  }

  /** Takes part in a run that is led here: receives its values, and counts as one caller of it as long as the flight has callers. */
  #board(run: Run<T>, follows: boolean): void {
    const { flight } = run;
    this.#run = run;
    // Gets the values, but is not counted as a caller.
    const receiver = new Caller<Numbered<T>>(this, flight);
    // Is counted as a caller, but ignores the values.
    let counted = new Caller<Numbered<T>>(ignoring, flight);
    const way: Way = {
      follows,
      forget: () => {
        flight.forget();
      },
      stop: () => {
        if (!flight.hasEnded()) {
          flight.broadcast.leave(receiver);
          if (this.#flight.outcome === 'abort') {
            run.abort(this.#flight.reason);
          }
        }
        counted.unsubscribe();
      },
    };
    this.#chooseWay(way);
    flight.broadcast.add(receiver);
    this.#reportRole(this.#flight, { type: 'lead' });
    if (this.#way === way) {
      // Joins even if no caller waits any more: the run then deals with its last caller leaving.
      flight.board(counted);
    }
    flight.broadcast.replay(receiver);
    if (this.#way === way) {
      this.#notifier.next(
        // Subscribed to while the flight has no callers, and unsubscribed from when one comes back.
        new Observable((subscriber) => {
          counted.unsubscribe();
          subscriber.add(run.ended.subscribe(subscriber));
          return () => {
            counted = new Caller<Numbered<T>>(ignoring, flight);
            flight.board(counted);
          };
        }),
      );
      this.#leaveIfDeserted();
    }
  }

  #follow(holder: string): void {
    const following = new Following(this.#participant, holder, this);
    this.#way = {
      follows: true,
      stop: () => {
        if (this.#flight.outcome === 'abort') {
          following.abort(this.#flight.reason);
        } else {
          following.leave();
        }
      },
    };
    this.#leaveIfDeserted();
  }

  /** Leaves the run of another flight if this flight has no callers. */
  #leaveIfDeserted(): void {
    if (this.#way.follows === true && this.#flight.callers === 0) {
      this.#flight.cancel();
    }
  }

  /** Runs the function here, only for the callers here. */
  #apart(error: unknown): void {
    const { resetOnRefCountZero } = this.#leaderSettings;
    const way: Way = { stop: nothing };
    this.#chooseWay(way);
    this.#notifier.next(defer(resetOnRefCountZero as () => ObservableInput<unknown>));
    this.#reportRole(this.#flight, { type: 'apart', error });
    if (this.#way === way) {
      try {
        this.#flight.receive(runNested(this.#start, undefined, [this.#flight]));
      } catch (thrown) {
        this.#subscriber.error(thrown);
      }
    }
  }

  /** Returns the way that it had before. */
  #replaceWay(way: Way): Way {
    const before = this.#way;
    this.#way = way;
    return before;
  }

  /** Ends the search for a leader. From now on, the route does not need the wire itself. */
  #chooseWay(way: Way): void {
    this.#way = way;
    this.#endPatience();
    this.#participant.removeActivity(this);
  }

  #endPatience(): void {
    this.#stopPatience?.();
    this.#stopPatience = this.#deadline = undefined;
  }
}

const noWay: Way = { stop: nothing };

const ignoring = { closed: false, next: nothing, error: nothing, complete: nothing };

function nothing(): void {
  // There is nothing to stop, and nobody to notify.
}
