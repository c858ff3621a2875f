import { Observable, of, Subscription } from 'rxjs';
import { AcrossRegistry } from '../../../src/across/across-registry.js';
import { coalescedAsync } from '../../../src/index.js';
import { leaderOf } from '../../../src/across/wire.js';
import { Network, type SimulatedWire } from './network.js';
import { isFaultless, lease, losesLittle, patience, type Action, type Schedule, type Shape } from './schedule.js';
import { nobody, VirtualTime } from './virtual-time.js';

interface Value {
  readonly key: number;
  readonly run: number;
  readonly index: number;
}

interface Run {
  readonly number: number;
  readonly key: number;
  readonly who: number;
  readonly at: number;
  readonly shape: Shape;
  values: number;
  ended: 'complete' | 'error' | 'torn' | undefined;
  endedAt: number;
  deliveredToEnd: boolean;
  isAborted: boolean;
}

interface Call {
  readonly number: number;
  readonly who: number;
  readonly key: number;
  readonly at: number;
  readonly shape: Shape;
  readonly received: Value[];
  readonly isPromise: boolean;
  end: 'complete' | 'error' | undefined;
  error: unknown;
  left: boolean;
  leave: () => void;
  /** Runs whose values it must not receive. */
  readonly forbidden: Set<number>;
}

interface Participant {
  readonly number: number;
  readonly registry: AcrossRegistry<number, Value>;
  readonly wire: SimulatedWire;
  readonly load: (key: number, shape: Shape, options: { signal: AbortSignal }) => Promise<Value>;
  closed: boolean;
}

/** The schedule led to what the laws forbid. */
class Violation extends Error {}

/** Plays a schedule to participants on a network, and checks the laws. */
export class World {
  readonly #schedule: Schedule;
  readonly #faultless: boolean;
  readonly #time = new VirtualTime();
  readonly #network: Network;
  readonly #participants: Participant[];
  readonly #runs: Run[] = [];
  readonly #calls: Call[] = [];
  readonly #log: string[] = [];
  /** The flight that was joined last, by participant and number; and the flights whose place is known. */
  #boarded = '';
  readonly #placed = new Set<string>();
  #failure: Violation | undefined;

  /** With `choose`, concurrent happenings come in the order that it chooses, and so do the actions. */
  static async play(schedule: Schedule, choose?: VirtualTime['choose']): Promise<void> {
    const world = new World(schedule);
    world.#time.choose = choose;
    await world.#play();
    if (world.#failure !== undefined) {
      throw new Error([world.#failure.message, ...world.#log].join('\n'));
    }
  }

  private constructor(schedule: Schedule) {
    this.#schedule = schedule;
    this.#faultless = isFaultless(schedule);
    const { locks, lost, doubled, delay, seed, participants } = schedule;
    this.#network = new Network(
      this.#time,
      { lease: locks ? undefined : lease, lost, doubled, delay },
      randomFrom(seed),
    );
    this.#participants = Array.from({ length: participants }, (_, number) => this.#participant(number));
  }

  #participant(number: number): Participant {
    const wire = this.#network.wire(number);
    const registry = new AcrossRegistry<number, Value>('simulation', { patience }, wire, this.#time.clock(number));
    registry.events.subscribe((event) => {
      this.#note(number, `${event.type} ${event.key}/${event.flight} callers ${event.callers}`);
      const flight = `${number}/${event.flight}`;
      if (event.type === 'start' || event.type === 'join') {
        this.#boarded = flight;
      }
      if (event.type === 'lead' || event.type === 'follow' || event.type === 'apart') {
        this.#placed.add(flight);
        if (event.type === 'apart' && this.#faultless) {
          this.#fail(`flight ${event.flight} of participant ${number} runs apart: ${String(event.error)}`);
        }
      }
    });
    const load = coalescedAsync((key: number, shape: Shape) => this.#run(number, key, shape), {
      inFlight: registry,
      keyFn: (key) => key,
    });
    return { number, registry, wire, load, closed: false };
  }

  async #play(): Promise<void> {
    const { actions } = this.#schedule;
    for (const action of actions) {
      this.#time.after(
        action.at,
        action.do === 'call' || action.do === 'forget' || action.do === 'abort' || action.do === 'close'
          ? action.who % this.#participants.length
          : nobody,
        () => this.#act(action),
        action.do === 'call' ? 'calls' : 'fault',
      );
    }
    // All faults are over by then, and everything has had the time to end.
    await this.#time.playUntil(20_000);
    this.#checkAnswers();
    this.#checkAborts();
    for (const call of this.#calls) {
      if (call.end === undefined) {
        call.leave();
      }
    }
    await this.#time.playUntil(40_000);
    this.#checkNothingIsLeft();
  }

  #act(action: Action): void {
    const participant = this.#participants[action.who % this.#participants.length] as Participant;
    const { number, registry, wire } = participant;
    if (this.#time.isDead(number)) {
      return;
    }
    this.#note(number, JSON.stringify(action));
    switch (action.do) {
      case 'call':
        this.#call(participant, action);
        break;
      case 'forget': {
        const { now } = this.#time;
        registry.forget(action.key);
        this.#forgotten.push({
          who: number,
          key: action.key,
          at: now,
          calls: this.#calls.length,
          runs: this.#runs.length,
        });
        break;
      }
      case 'abort': {
        const reason = { aborted: this.#time.now };
        const present = this.#calls.filter((call) => call.who === number && call.key === action.key && isWaiting(call));
        registry.abort(action.key, reason);
        for (const run of this.#runs) {
          const isForgotten = this.#forgotten.some((each) => each.key === action.key);
          if (!isForgotten && present.some((call) => call.received.at(-1)?.run === run.number)) {
            run.isAborted = true;
          }
        }
        const isForgotten = this.#forgotten.some((each) => each.who === number && each.key === action.key);
        if (!isForgotten && present.some((call) => isWaiting(call) && !call.isPromise)) {
          this.#fail(`abort() has left a caller of participant ${number}`);
        }
        break;
      }
      case 'close':
        participant.closed = true;
        void registry.close();
        break;
      case 'crash':
        this.#network.crash(wire);
        for (const call of this.#calls) {
          if (call.who === number) {
            call.left = true;
          }
        }
        for (const run of this.#runs) {
          if (run.who === number) {
            run.ended ??= 'torn';
          }
        }
        break;
      case 'pause':
        this.#time.pause(number, action.ms);
        break;
      case 'cut': {
        const other = action.from < 0 ? nobody : action.from % this.#participants.length;
        if (!this.#schedule.locks && other !== number) {
          this.#network.cut(number, other, true);
          this.#time.after(action.ms, nobody, () => this.#network.cut(number, other, false));
        }
        break;
      }
      case 'lose':
        this.#network.losses++;
        break;
      case 'away':
        if (!this.#schedule.locks) {
          this.#network.away = action.how;
          this.#time.after(action.ms, nobody, () => (this.#network.away = undefined));
        }
        break;
    }
  }

  readonly #forgotten: { who: number; key: number; at: number; calls: number; runs: number }[] = [];

  #call({ number, registry, load }: Participant, { key, shape, leave, promise }: Action & { do: 'call' }): void {
    const call: Call = {
      number: this.#calls.length,
      who: number,
      key,
      at: this.#time.now,
      shape,
      received: [],
      isPromise: promise,
      end: undefined,
      error: undefined,
      left: false,
      leave: () => undefined,
      forbidden: new Set([
        // A flight of its own participant can be joined until that participant has been notified of the end.
        ...(this.#faultless && !registry.has(key) ? this.#runs.filter(({ deliveredToEnd }) => deliveredToEnd) : []).map(
          (run) => run.number,
        ),
        ...this.#forgotten
          .filter((each) => each.who === number && each.key === key)
          .flatMap(({ runs }) => Array.from({ length: runs }, (_, run) => run)),
      ]),
    };
    this.#calls.push(call);
    const observer = {
      next: (value: Value) => this.#next(call, value),
      error: (error: unknown) => this.#end(call, 'error', error),
      complete: () => this.#end(call, 'complete'),
    };
    if (promise) {
      const controller = new AbortController();
      call.leave = () => {
        call.left = true;
        controller.abort();
      };
      load(key, shape, { signal: controller.signal }).then(
        (value) => {
          this.#next(call, value);
          this.#end(call, 'complete');
        },
        (error: unknown) => this.#end(call, 'error', error),
      );
    } else {
      const subscription = new Subscription();
      call.leave = () => {
        call.left = true;
        subscription.unsubscribe();
      };
      subscription.add(
        registry
          .join(key, () => this.#run(number, key, shape), {
            bufferSize: shape.buffer,
            resetOnRefCountZero:
              typeof shape.reset === 'number' ? () => this.#timer(number, shape.reset as number) : shape.reset,
          })
          .subscribe(observer),
      );
    }
    if (leave !== undefined) {
      this.#time.after(leave, number, () => {
        if (isWaiting(call)) {
          this.#note(number, `call ${call.number} leaves`);
          call.leave();
        }
      });
    }
    const flight = this.#boarded;
    this.#time.after(patience + 1, nobody, () => {
      if (
        isWaiting(call) &&
        !this.#placed.has(flight) &&
        !this.#time.isPaused(number) &&
        !this.#schedule.actions.some((action) => action.do === 'pause')
      ) {
        this.#fail(`call ${call.number} has waited for longer than patience`);
      }
    });
  }

  #timer(who: number, ms: number): Observable<unknown> {
    return ms === 0
      ? of(undefined)
      : new Observable((subscriber) => this.#time.after(ms, who, () => subscriber.next(undefined)));
  }

  #run(who: number, key: number, shape: Shape): Observable<Value> {
    return new Observable((subscriber) => {
      const run: Run = {
        number: this.#runs.length,
        key,
        who,
        at: this.#time.now,
        shape,
        values: 0,
        ended: undefined,
        endedAt: Infinity,
        deliveredToEnd: false,
        isAborted: false,
      };
      this.#note(who, `run ${run.number} of ${key} begins`);
      const other = this.#runs.find((each) => each.key === key && each.ended === undefined);
      // Both actions free a key while a run goes on.
      const isSteered = this.#schedule.actions.some((action) => action.do === 'forget' || action.do === 'abort');
      if (other !== undefined && this.#faultless && !isSteered) {
        this.#fail(`run ${run.number} begins beside run ${other.number}`);
      }
      this.#runs.push(run);
      let cancel: (() => void) | undefined;
      const step = (): void => {
        if (run.values < shape.values) {
          run.values++;
          subscriber.next({ key, run: run.number, index: run.values });
          again();
        } else if (shape.end !== 'never') {
          run.ended = shape.end;
          run.endedAt = this.#time.now;
          this.#note(who, `run ${run.number} ends: ${shape.end}`);
          if (shape.end === 'complete') {
            subscriber.complete();
          } else {
            subscriber.error(Object.assign(new Error(`run ${run.number}`), { run: run.number }));
          }
        }
      };
      const again = (): void => {
        if (shape.every === 0) {
          step();
        } else {
          cancel = this.#time.after(shape.every, who, step, `run ${run.number}`);
        }
      };
      subscriber.add(() => {
        cancel?.();
        if (run.ended === undefined) {
          run.ended = 'torn';
          run.endedAt = this.#time.now;
          this.#note(who, `run ${run.number} is torn down`);
          if (this.#faultless) {
            // The key is freed first: no call finds the run any more, or will soon stop finding it.
            const waiting = this.#calls.filter(
              (call) => isWaiting(call) && call.received.at(-1)?.run === run.number && call.who !== who,
            );
            if (waiting.length > 0 && !this.#schedule.actions.some((action) => action.do === 'abort')) {
              this.#fail(`run ${run.number} is torn down while call ${waiting[0]?.number} waits`);
            }
          }
        }
      });
      again();
    });
  }

  #next(call: Call, value: Value): void {
    this.#note(call.who, `call ${call.number} receives ${value.run}.${value.index}`);
    const previous = call.received.at(-1);
    const run = this.#runs[value.run];
    if (call.end !== undefined || call.left) {
      this.#fail(`call ${call.number} is notified after its end`);
    }
    if (value.key !== call.key || run === undefined) {
      this.#fail(`call ${call.number} of key ${call.key} is answered by key ${value.key}`);
      return;
    }
    if (call.forbidden.has(value.run)) {
      this.#fail(`call ${call.number} receives run ${value.run}, which it must not join`);
    }
    if (previous !== undefined && (previous.run !== value.run || previous.index + 1 !== value.index)) {
      this.#fail(`call ${call.number} receives ${value.run}.${value.index} after ${previous.run}.${previous.index}`);
    }
    if (previous === undefined && !call.isPromise && value.index > 1 && this.#keepsAll(call.key)) {
      this.#fail(`call ${call.number} misses what came before ${value.run}.${value.index}`);
    }
    call.received.push(value);
  }

  /** Whether every call that may lead a flight of the key, in any participant, keeps all values for late callers. */
  #keepsAll(key: number): boolean {
    return this.#calls.every((call) => call.key !== key || call.isPromise || call.shape.buffer === Infinity);
  }

  #end(call: Call, end: 'complete' | 'error', error?: unknown): void {
    if (call.left && call.isPromise) {
      return;
    }
    this.#note(call.who, `call ${call.number}: ${end} ${error === undefined ? '' : describe(error)}`);
    if (call.end !== undefined || call.left) {
      this.#fail(`call ${call.number} is notified of an end after its end`);
    }
    call.end = end;
    call.error = error;
    const latest = call.received.at(-1);
    const name = error instanceof Error ? error.name : undefined;
    if (end === 'complete') {
      const run = latest && this.#runs[latest.run];
      if (run !== undefined && (run.ended !== 'complete' || run.values !== latest?.index)) {
        this.#fail(`call ${call.number} completes before run ${run.number} has`);
      }
      if (run !== undefined) {
        run.deliveredToEnd = true;
        if (this.#faultless && this.#network.held.some((key) => this.#isHeldFor(run, key))) {
          this.#fail(`call ${call.number} is notified of the end of run ${run.number} before its key is free`);
        }
      }
    } else if (error instanceof Error && 'run' in error) {
      const run = this.#runs[error.run as number];
      if (
        run?.key !== call.key ||
        run.ended !== 'error' ||
        (latest !== undefined && (latest.run !== run.number || latest.index !== run.values) && !call.isPromise)
      ) {
        this.#fail(`call ${call.number} receives the error of another run, or too early`);
      } else {
        run.deliveredToEnd = true;
      }
    } else if (name === 'LeaderLostError') {
      if (losesLittle(this.#schedule)) {
        this.#fail(`call ${call.number} has lost its leader`);
      }
      // This holds for its flight: a call that joins late may be spared what others have received.
      const hasReceived = this.#calls.some(
        (each) => each.who === call.who && each.key === call.key && each.received.length > 0,
      );
      if (!hasReceived && !call.isPromise) {
        this.#fail(`call ${call.number} has received nothing, and fails for a lost leader`);
      }
    } else if (name === 'EmptyError') {
      if (!call.isPromise) {
        this.#fail(`call ${call.number} fails because there was no value`);
      }
    } else if (
      !this.#schedule.actions.some((action) => action.do === 'abort') ||
      (error as { aborted?: number }).aborted === undefined
    ) {
      this.#fail(`call ${call.number} fails: ${describe(error)}`);
    }
  }

  /** Whether the participant of a run holds a key, and can hold it for no other run. */
  #isHeldFor(run: Run, key: string): boolean {
    const { key: own, who } = run;
    return (
      key === `${own};` &&
      leaderOf(this.#network.holder(key) ?? '') === this.#participants[who]?.wire.participant &&
      this.#calls.filter((each) => each.key === own && each.who === who).length === 1
    );
  }

  #checkAnswers(): void {
    for (const call of this.#calls) {
      if (isWaiting(call)) {
        const run = this.#runs[call.received.at(-1)?.run ?? -1];
        const mayWait =
          run === undefined
            ? this.#runs.some((each) => each.key === call.key && each.ended === undefined)
            : run.ended === undefined;
        if (!mayWait) {
          this.#fail(`call ${call.number} waits forever`);
        }
      }
    }
  }

  #checkAborts(): void {
    for (const { number, isAborted, ended, shape } of this.#runs) {
      if (isAborted && ended === undefined && shape.end === 'never' && losesLittle(this.#schedule)) {
        this.#fail(`run ${number} goes on after an abort`);
      }
    }
  }

  #checkNothingIsLeft(): void {
    const going = this.#runs.find((run) => run.ended === undefined && run.shape.reset !== false);
    if (going !== undefined && !this.#runs.some((run) => run.shape.reset === false && run.ended === undefined)) {
      this.#fail(`run ${going.number} goes on without a caller`);
    }
    if (this.#runs.some((run) => run.ended === undefined)) {
      return;
    }
    if (this.#network.held.length > 0) {
      this.#fail(`keys are held: ${this.#network.held.join()}`);
    }
    if (this.#network.members > 0) {
      this.#fail(`${this.#network.members} participants listen on`);
    }
    for (const { number, registry } of this.#participants) {
      if (!this.#time.isDead(number)) {
        if (registry.size > 0) {
          this.#fail(`participant ${number} has flights: ${[...registry.keys()].join()}`);
        }
        if (this.#time.pending(number) > 0) {
          this.#fail(`participant ${number} has timers`);
        }
      }
    }
  }

  #note(who: number, what: string): void {
    this.#log.push(`${String(this.#time.now).padStart(6)} ${who}: ${what}`);
  }

  #fail(message: string): void {
    this.#failure ??= new Violation(message);
    this.#log.push(`       ${message}`);
  }
}

function isWaiting(call: Call): boolean {
  return call.end === undefined && !call.left;
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error);
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
