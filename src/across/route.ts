import { defer, Observable, ReplaySubject, switchAll, type ObservableInput, type Subscriber } from 'rxjs';
import { abortElsewhere } from './abort-elsewhere.js';
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
  /** Emits the notifier of the flight, once the flight runs here. Undefined if the configuration has none. */
  readonly #notifier: ReplaySubject<ObservableInput<unknown>> | undefined;
  #flight!: Flight<K, T>;
  #subscriber!: Subscriber<T>;
  #keyText = '';
  #way: Way = noWay;
  /** The run that it takes part in, if that run is led here. */
  #run: Run<T> | undefined;
  /** For how many ms it waits before the next claim. */
  #wait = 0;
  /** Set while it looks for a leader. */
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
    this.#notifier = typeof settings.resetOnRefCountZero === 'function' ? new ReplaySubject(1) : undefined;
  }

  /** What the flight does when its last caller here leaves. */
  get resetOnRefCountZero(): FlightSettings['resetOnRefCountZero'] {
    if (this.#way.follows === true) {
      // A flight without callers here leaves the run. The leader's configuration decides whether the run goes on.
      return true;
    }
    const notifier = this.#notifier;
    return notifier ? () => notifier.pipe(switchAll()) : this.#leaderSettings.resetOnRefCountZero;
  }

  /** What the flight runs as its function. */
  source(flight: Flight<K, T>): Observable<T> {
    return new Observable((subscriber) => {
      this.#flight = flight;
      this.#subscriber = subscriber;
      this.#keyText = keyText(this.#key);
      subscriber.add(() => {
        this.#stop();
        this.#chooseWay(noWay);
      });
      this.#seek();
    });
  }

  /** From now on, no call may join the flight, here or elsewhere. */
  forget(): void {
    this.#forgotten = true;
    void this.#participant.release(this.#key);
    this.#run?.forget();
  }

  /** The participant withdraws, while the flight looks for a leader or follows one. */
  withdraw(reason: Error): void {
    this.#stop();
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
    this.#way = noWay;
    if (type === 'complete' || type === 'error') {
      this.#subscriber[type](error);
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
  checkLeader(following: Following, isLate: boolean): void {
    const flight = this.#participant.newFlight();
    this.#claim(
      flight,
      (holder) => {
        if (holder === flight && !this.#hasReceived) {
          following.leave();
          this.#lead(flight);
          return;
        }
        if (holder === flight) {
          void this.#participant.free(this.#keyText, flight);
        }
        // A leader frees its key before it sends the end. So the end may be on its way, and gets some time to arrive.
        if (holder !== undefined && holder !== following.flight && (isLate || !this.#hasReceived)) {
          following.lose();
        }
      },
      (error) => {
        if (isLate) {
          following.lose(error);
        }
      },
    );
  }

  /** Looks for a leader, or becomes the leader, until patience ends. */
  #seek(): void {
    const participant = this.#participant;
    const { clock, patience, unreachable } = participant;
    if (unreachable !== undefined) {
      this.#apart(unreachable.error);
      return;
    }
    participant.addActivity(this);
    const flight = participant.newFlight();
    let cancel = nothing;
    this.#way = {
      stop: () => {
        cancel();
        void participant.free(this.#keyText, flight);
        if (this.#flight.outcome === 'abort') {
          void participant.abort(this.#key, this.#flight.reason);
        }
      },
    };
    const claim = (): void => {
      this.#claim(
        flight,
        (holder) => {
          this.#decide(flight, holder);
        },
        (error) => {
          this.#apart(error);
        },
      );
    };
    if (this.#stopPatience === undefined) {
      this.#wait = 0;
      claim();
      this.#stopPatience = clock.after(patience, () => {
        this.#stop();
        this.#apart(new Error(`No leader was found within ${patience} ms`));
      });
    } else {
      cancel = clock.after(this.#wait, claim);
    }
    this.#wait = Math.min(2 * this.#wait + 5, longestWait);
  }

  /** Claims the key for the flight. If the route has gone another way meanwhile, it still leads if it looks for a leader. */
  #claim(flight: string, decide: (holder: string | undefined) => void, fail: (error: unknown) => void): void {
    const participant = this.#participant;
    const way = this.#way;
    participant.claim(this.#keyText, flight).then(
      (holder) => {
        if (this.#way === way) {
          decide(holder);
        } else if (holder === flight && this.#stopPatience !== undefined) {
          // To give the key back would only waste time.
          this.#way.stop();
          this.#lead(flight);
        } else if (holder === flight) {
          // Granted too late.
          void participant.free(this.#keyText, flight);
        }
      },
      (error: unknown) => {
        if (this.#way === way) {
          fail(error);
        }
      },
    );
  }

  #decide(flight: string, holder: string | undefined): void {
    const { aborted, id, led } = this.#participant;
    if (holder === flight) {
      this.#lead(flight);
      return;
    }
    // All callers here may have left a run that is led here, while it goes on for callers elsewhere.
    const own = led.get(holder as string) as Run<T> | undefined;
    if (own?.flight.closed === false) {
      this.#board(own, true);
    } else if (holder === undefined || leaderOf(holder) === id || aborted.has(holder)) {
      this.#seek();
    } else {
      this.#follow(holder);
    }
  }

  #lead(flight: string): void {
    const run = new Run(this.#participant, flight, this.#keyText, this.#start, this.#leaderSettings);
    this.#board(run, false);
    if (this.#forgotten) {
      run.forget();
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
      stop: () => {
        if (!flight.closed) {
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
    } else if (!follows) {
      // A listener has ended this flight before the run has begun.
      run.abort(undefined);
    }
    flight.broadcast.replay(receiver);
    if (this.#way === way) {
      this.#notifier?.next(
        // Subscribed to while the flight has no callers, and unsubscribed from when one comes back.
        new Observable((subscriber) => {
          // In this order, because leaving may end the run.
          subscriber.add(run.ended.subscribe(subscriber));
          counted.unsubscribe();
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
        if (this.#flight.outcome !== 'abort') {
          following.leave();
        } else if (following.close()) {
          abortElsewhere(this.#participant, holder, this.#flight.reason, following.call);
        }
      },
    };
    this.#leaveIfDeserted();
  }

  /** Leaves the run of another flight if this flight has no callers. */
  #leaveIfDeserted(): void {
    if (this.#way.follows === true && this.#flight.callers === 0) {
      this.#flight.unsubscribe();
    }
  }

  /** Runs the function here, only for the callers here. */
  #apart(error: unknown): void {
    const { resetOnRefCountZero } = this.#leaderSettings;
    const way: Way = { stop: nothing };
    this.#chooseWay(way);
    this.#notifier?.next(defer(resetOnRefCountZero as () => ObservableInput<unknown>));
    this.#reportRole(this.#flight, { type: 'apart', error });
    if (this.#way === way) {
      try {
        this.#flight.receive(runNested(this.#start, undefined, [this.#flight]));
      } catch (thrown) {
        this.#subscriber.error(thrown);
      }
    }
  }

  #stop(): void {
    const way = this.#way;
    this.#way = noWay;
    way.stop();
  }

  /** Ends the search for a leader. From now on, the route does not need the wire itself. */
  #chooseWay(way: Way): void {
    this.#way = way;
    this.#endPatience();
    this.#participant.removeActivity(this);
  }

  #endPatience(): void {
    this.#stopPatience?.();
    this.#stopPatience = undefined;
  }
}

const noWay: Way = { stop: nothing };

/** The sink of a caller that is only counted. */
const ignoring: Sink<unknown> = { closed: false, next: nothing, error: nothing, complete: nothing };

function nothing(): void {
  // There is nothing to do.
}
