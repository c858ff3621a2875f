import { defer, Observable, ReplaySubject, switchAll, type ObservableInput, type Subscriber } from 'rxjs';
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
  /** It takes part in a run of somebody else, whose settings are those that count. */
  readonly follows?: boolean;
  /** The flight ends, or takes another way. */
  stop(): void;
  /** Nobody is to join it any more. */
  forget?(): void;
}

/** Where a flight of this participant runs: here for all, elsewhere, or here for itself; and the way there. */
export class Route<K, T> implements Business, Followed, FlightSettings, Sink<Numbered<T>> {
  readonly bufferSize: number;
  readonly blamed: string;
  readonly #participant: Participant;
  readonly #key: K;
  readonly #start: Start<T>;
  readonly #leaderSettings: FlightSettings;
  readonly #tell: (flight: Flight<K, T>, whereabouts: Whereabouts) => void;
  /** The notifier of the flight, once it runs here. */
  readonly #notifier = new ReplaySubject<ObservableInput<unknown>>(1);
  #flight!: Flight<K, T>;
  #subscriber!: Subscriber<T>;
  #text = '';
  #way: Way = noWay;
  /** The run that it takes part in here. */
  #run: Run<T> | undefined;
  /** While it does not know where it runs: until when it looks for a leader, and how long it waits before the next claim. */
  #deadline: number | undefined;
  #wait = 0;
  #stopPatience: (() => void) | undefined;
  #forgotten = false;
  #hasHeard = false;

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
    if (this.#way.follows === true) {
      // Whom nobody waits for here leaves; what then is for the leader to say.
      return true;
    }
    return typeof resetOnRefCountZero === 'function' ? () => this.#notifier.pipe(switchAll()) : resetOnRefCountZero;
  }

  /** What the flight is to run. */
  source(flight: Flight<K, T>): Observable<T> {
    return new Observable((subscriber) => {
      this.#flight = flight;
      this.#subscriber = subscriber;
      this.#text = keyText(this.#key);
      subscriber.add(() => {
        this.#take(noWay).stop();
        this.#arrive(noWay);
      });
      this.#seek();
    });
  }

  /** Nobody is to join the flight any more, here or elsewhere. */
  forget(): void {
    this.#forgotten = true;
    this.#way.forget?.();
  }

  /** Of a flight that seeks, or follows. */
  withdraw(reason: Error): void {
    this.#take(noWay).stop();
    this.end('apart', reason);
  }

  found(leader: string): void {
    this.#endPatience();
    this.#tell(this.#flight, { type: 'follow', leader });
  }

  get closed(): boolean {
    return this.#subscriber.closed;
  }

  next({ value }: { readonly value: unknown }): void {
    this.#hasHeard = true;
    this.#subscriber.next(value as T);
  }

  complete(): void {
    this.end('complete');
  }

  error(error: unknown): void {
    this.end(this.#run?.outcome, error);
  }

  end(type: unknown, what?: unknown): void {
    this.#take(noWay);
    if (type === 'complete') {
      this.#subscriber.complete();
    } else if (type === 'error') {
      this.#subscriber.error(what);
    } else if (type === 'abort') {
      this.#flight.abort(what);
    } else if (this.#hasHeard) {
      this.#subscriber.error(leaderLost(what));
    } else if (type === 'apart') {
      this.#apart(what);
    } else {
      this.#seek();
    }
  }

  doubt(following: Following, beats: number): Promise<void> {
    const participant = this.#participant;
    const way = this.#way;
    const flight = participant.newFlight();
    const isLate = beats >= mostSilence;
    const lose = (error: unknown): void => {
      following.leave();
      this.end('gone', error);
    };
    return participant.claim(this.#text, flight).then(
      (holder) => {
        const isFollowing = this.#way === way;
        if (holder === flight && isFollowing && !this.#hasHeard) {
          following.leave();
          this.#lead(flight);
          return;
        }
        if (holder === flight) {
          void participant.free(this.#text, flight);
        }
        const isAlive = holder === undefined || holder === following.flight;
        // One that has lost its key may have ended, and the end may be under way.
        if (isFollowing && !isAlive && (isLate || !this.#hasHeard)) {
          lose(new Error(`The participant ${following.leader} has lost its key`));
        }
      },
      (error: unknown) => {
        if (this.#way === way && isLate) {
          participant.refused(error);
          lose(error);
        }
      },
    );
  }

  /** Looks for a leader, or becomes it, as long as patience lasts. */
  #seek(): void {
    const participant = this.#participant;
    const { clock, patience, unreachable } = participant;
    if (unreachable !== undefined) {
      this.#apart(unreachable.error);
      return;
    }
    participant.enter(this);
    if (this.#deadline === undefined) {
      this.#deadline = clock.now() + patience;
      this.#wait = 0;
    }
    const flight = participant.newFlight();
    let cancel = nothing;
    const way: Way = {
      stop: () => {
        cancel();
        void participant.free(this.#text, flight);
        if (this.#flight.outcome === 'abort') {
          void participant.abortKey(this.#text, this.#flight.reason);
        }
      },
    };
    const claim = (): void => {
      participant.claim(this.#text, flight).then(
        (holder) => {
          if (this.#way === way) {
            this.#decide(flight, holder);
          } else if (holder === flight) {
            // Granted too late.
            void participant.free(this.#text, flight);
          }
        },
        (error: unknown) => {
          participant.refused(error);
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
      this.#take(noWay).stop();
      this.#apart(new Error(`No leader was found within ${patience} ms`));
    });
    // One whose callers here had all left, and that goes on for others.
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
    const run = new Run(this.#participant, flight, this.#text, this.#start, this.#leaderSettings);
    if (this.#forgotten) {
      void run.free();
    }
    this.#board(run, false);
    if (this.#forgotten) {
      run.flight.forget();
    }
  }

  /** Takes part in a run of this participant: told by it, and counted as one caller as long as anybody waits here. */
  #board(run: Run<T>, follows: boolean): void {
    const { flight } = run;
    this.#run = run;
    // Told, but not counted.
    const listener = new Caller<Numbered<T>>(this, flight);
    let counted = new Caller<Numbered<T>>(deaf, flight);
    const way: Way = {
      follows,
      forget: () => {
        flight.forget();
      },
      stop: () => {
        if (!flight.hasEnded()) {
          flight.broadcast.leave(listener);
          if (this.#flight.outcome === 'abort') {
            run.abort(this.#flight.reason);
          }
        }
        counted.unsubscribe();
      },
    };
    this.#arrive(way);
    flight.broadcast.add(listener);
    this.#tell(this.#flight, { type: 'lead' });
    if (this.#way === way) {
      // Counted once, even if nobody waits any more: that is for the run to deal with.
      flight.board(counted);
    }
    flight.broadcast.replay(listener);
    if (this.#way === way) {
      this.#notifier.next(
        new Observable((deserted) => {
          counted.unsubscribe();
          deserted.add(run.ended.subscribe(deserted));
          return () => {
            counted = new Caller<Numbered<T>>(deaf, flight);
            flight.board(counted);
          };
        }),
      );
      this.#leaveToLeader();
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
    this.#leaveToLeader();
  }

  /** Leaves a run of somebody else that nobody waits for here. */
  #leaveToLeader(): void {
    if (this.#way.follows === true && this.#flight.callers === 0) {
      this.#flight.cancel();
    }
  }

  /** Runs here for the callers here alone. */
  #apart(error: unknown): void {
    const { resetOnRefCountZero } = this.#leaderSettings;
    const way: Way = { stop: nothing };
    this.#arrive(way);
    this.#notifier.next(defer(resetOnRefCountZero as () => ObservableInput<unknown>));
    this.#tell(this.#flight, { type: 'apart', error });
    if (this.#way === way) {
      try {
        this.#flight.receive(runNested(this.#start, undefined, [this.#flight]));
      } catch (thrown) {
        this.#subscriber.error(thrown);
      }
    }
  }

  /** Returns the way before. */
  #take(way: Way): Way {
    const before = this.#way;
    this.#way = way;
    return before;
  }

  /** It knows where it runs, and need not be told when the participant withdraws. */
  #arrive(way: Way): void {
    this.#way = way;
    this.#endPatience();
    this.#participant.leave(this);
  }

  #endPatience(): void {
    this.#stopPatience?.();
    this.#stopPatience = this.#deadline = undefined;
  }
}

const noWay: Way = { stop: nothing };

const deaf = { closed: false, next: nothing, error: nothing, complete: nothing };

function nothing(): void {
  // There is nothing to stop, and nobody to tell.
}
