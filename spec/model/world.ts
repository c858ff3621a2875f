import {
  EmptyError,
  Observable,
  UnsubscriptionError,
  type ObservableInput,
  type Subscriber,
  type Subscription,
} from 'rxjs';
import {
  Coalesce,
  CoalesceAsync,
  coalesceBy,
  coalesced,
  coalescedAsync,
  fromAbortable,
  inFlightCalls,
  promiseFrom,
  type FlightConfig,
  type FlightEvent,
  type InFlightCalls,
} from '../../src/index.js';
import { Reference, type Caller, type EndType, type Flight as AnyFlight } from './reference.js';
import {
  errors,
  type Act,
  type CallSpec,
  type OperatorSpec,
  type Place,
  type Reaction,
  type RunSpec,
  type Schedule,
  type SourceStep,
} from './schedule.js';

type Flight = AnyFlight<Call>;

const defaultReason = Symbol('an AbortError');
const anyTypeError = Symbol('a TypeError');

interface Registry {
  readonly inFlight: InFlightCalls<string>;
  readonly reference: Reference<Call>;
  readonly watched: boolean;
  readonly byNumber: Map<number, Flight>;
}

/** One call, by any of the functions. */
class Call implements Caller<Call> {
  flight: Flight | undefined = undefined;
  received = 0;
  /** How many it received before it was counted. */
  early = 0;
  run: Run | undefined = undefined;
  /** Whether it has left. */
  gone = false;
  /** Whether it has been notified of the end. */
  ended = false;
  keyComputed = false;
  /** What a promise may be rejected with for other reasons than the end of its flight. */
  readonly rejections: unknown[] = [];
  /** How many events had been emitted when its operator queued it, and when it was seen to join. */
  queued = 0;
  joined = 0;
  /** The flight from inside whose `next` it was made, and how many values that flight had emitted. */
  postponedOn: Flight | undefined = undefined;
  since = 0;
  /** Whether its turn has come inside a `next` of the flight that it would join: it waits there, and others may go first. */
  stepsAside = false;
  /** Called after the library's own finalizers. */
  left = (): void => undefined;
  subscriber: Subscriber<unknown> | undefined = undefined;
  controller: AbortController | undefined = undefined;
  /** What the library has added to the signal and not removed. */
  readonly listeners = new Set<unknown>();
  readonly key: string;
  readonly bufferSize: number;
  readonly linger: 'no' | 'yes' | 'notifier';

  constructor(
    readonly spec: CallSpec,
    readonly registry: Registry,
    config: Pick<CallSpec, 'bufferSize' | 'linger'>,
    readonly notifierKind = config.linger,
    readonly operator?: Operator,
  ) {
    this.key = spec.key;
    this.bufferSize = config.bufferSize;
    this.linger = config.linger === 'no' || config.linger === 'yes' ? config.linger : 'notifier';
  }

  /** Whether it receives no values: it is a promise, or it has left and the library has not noticed yet. */
  get receivesNoValues(): boolean {
    return this.operator === undefined
      ? this.subscriber?.closed !== false
      : this.operator.ended || this.operator.subscriber.closed;
  }
}

interface Run {
  readonly flight: Flight;
  readonly spec: RunSpec;
  readonly call: Call;
  subscriptions: number;
  subscriber: Subscriber<unknown> | undefined;
  tornDown: boolean;
  /** Whether it has ended by itself. */
  stopped: boolean;
  settle: { resolve(value: unknown): void; reject(error: unknown): void } | undefined;
  /** The signal that the function was given. */
  signal: AbortSignal | undefined;
  reported: boolean;
}

/** A value that names its flight. */
interface Emission {
  readonly flight: Flight;
  readonly index: number;
}

interface Notifier {
  readonly flight: Flight;
  pending: boolean;
  /** Whether it threw as it was subscribed to. */
  failed: boolean;
  readonly subscriber: Subscriber<unknown>;
  /** Calls that wait for its teardown, and look their flight up after it. */
  readonly boarding: Call[];
}

interface Operator {
  readonly spec: OperatorSpec;
  readonly subscriber: Subscriber<unknown>;
  inlet: Subscriber<Call> | undefined;
  readonly calls: Call[];
  /** Values that wait for their turn. */
  waiting: Call[];
  finished: boolean;
  /** Whether it has been notified of the end. */
  ended: boolean;
  gone: boolean;
  readonly errors: unknown[];
}

interface Held {
  readonly calls: Call[];
  readonly observable: Observable<unknown>;
  /** Whether there is no keyFn that shows when the call is made. */
  readonly enters: boolean;
}

/** Plays a schedule to the library and to the reference at once, and compares them at every step and in every callback. */
export class World {
  readonly #registries = [true, false].map((watched): Registry => this.#registry(watched));
  readonly #calls: Call[] = [];
  readonly #operators: Operator[] = [];
  readonly #runs: Run[] = [];
  readonly #notifiers: Notifier[] = [];
  readonly #listeners: Subscription[] = [];
  readonly #held: Held[] = [];
  readonly #pushing: Call[] = [];
  readonly #reacted = new Set<Reaction>();
  readonly #failures: string[] = [];
  readonly #timers = new Map<number, () => void>();
  #nextTimer = 1;
  /** Whether a timer is running, which is a later task than the one in which a call was postponed. */
  #inTimer = false;
  /** Calls made from inside a `next` of the flight that they would join, of Observables and promises. */
  readonly #postponed: Call[] = [];
  /** How many functions, listeners and resumptions are running, one inside another. */
  #depth = 0;
  /** The errors that must be reported as unhandled. */
  #reports: unknown[] = [];
  /** How many events have been emitted, and which one a listener is acting on. */
  #events = 0;
  #actsOn = 0;
  #asynchronous = false;
  #quiet = false;

  static async play(schedule: Schedule): Promise<void> {
    const { setTimeout, setInterval, clearInterval } = globalThis;
    const world = new World();
    const start = (task: () => void): number => {
      world.#timers.set(world.#nextTimer, task);
      return world.#nextTimer++;
    };
    // RxJS reports errors by timers, and schedules by intervals; they run between steps.
    globalThis.setTimeout = start as unknown as typeof setTimeout;
    globalThis.setInterval = start as unknown as typeof setInterval;
    globalThis.clearInterval = ((id: number) => world.#timers.delete(id)) as unknown as typeof clearInterval;
    try {
      for (const act of schedule) {
        world.#perform(act);
        await world.#rest();
      }
      await world.#finish();
    } finally {
      Object.assign(globalThis, { setTimeout, setInterval, clearInterval });
    }
  }

  #perform(act: Act, self?: Call | Operator): void {
    switch (act.do) {
      case 'call':
        this.#call(act.call);
        return;
      case 'call again':
        pick(this.#held, act.n, (held) => this.#callAgain(held));
        return;
      case 'leave':
        pick(this.#leavers(), act.n, (leaver) => this.#leave(leaver));
        return;
      case 'leave itself':
        if (self !== undefined) {
          this.#leave(self);
        }
        return;
      case 'next':
      case 'complete':
        pick(this.#live(), act.n, (run) => this.#drive(run, act.do));
        return;
      case 'error':
        pick(this.#live(), act.n, (run) => this.#drive(run, 'error', errors[act.error]));
        return;
      case 'fire':
        pick(this.#pending(), act.n, (notifier) => this.#fire(notifier));
        return;
      case 'end notifier':
        pick(this.#pending(), act.n, (notifier) => {
          notifier.pending = false;
          this.#steer(() => notifier.subscriber.complete());
        });
        return;
      case 'fail notifier':
        pick(this.#pending(), act.n, (notifier) => {
          notifier.pending = false;
          this.#reports.push(errors[act.error]);
          this.#steer(() => notifier.subscriber.error(errors[act.error]));
        });
        return;
      case 'forget': {
        const { inFlight, reference } = this.#registries[act.registry]!;
        const flight = reference.joinable.get(act.key);
        const expected = reference.forget(act.key);
        this.#require(inFlight.forget(act.key) === expected, `forget() returns ${expected}`);
        this.#seeCancel(flight);
        return;
      }
      case 'abort': {
        const { inFlight, reference } = this.#registries[act.registry]!;
        const reason = errors[act.error];
        const expected = reference.abort(act.key, reason === undefined ? defaultReason : reason);
        this.#require(inFlight.abort(act.key, reason) === expected, `abort() returns ${expected}`);
        return;
      }
      case 'forgetAll':
        this.#forgetAll(this.#registries[act.registry]!);
        return;
      case 'abortAll':
        this.#abortAll(this.#registries[act.registry]!, errors[act.error]);
        return;
      case 'listen':
        this.#listen(act.to, act.act);
        return;
      case 'unlisten':
        pick(
          this.#listeners.filter(({ closed }) => !closed),
          act.n,
          (listener) => listener.unsubscribe(),
        );
        return;
      case 'operator':
        this.#operate(act.operator);
        return;
      case 'push':
        pick(this.#open(), act.n, (operator) => this.#push(operator, act.call));
        return;
      case 'finish operator':
        pick(this.#open(), act.n, (operator) => {
          operator.finished = true;
          operator.inlet!.complete();
        });
        return;
      case 'fail operator':
        pick(this.#open(), act.n, (operator) => {
          operator.errors.push(errors[act.error]);
          operator.inlet!.error(errors[act.error]);
        });
        return;
      case 'throw':
        return;
    }
  }

  // The targets of acts

  #leavers(): (Call | Operator)[] {
    return [
      ...this.#calls.filter(
        ({ subscriber, controller, ended }) =>
          !ended && (subscriber?.closed === false || controller?.signal.aborted === false),
      ),
      ...this.#operators.filter(({ subscriber }) => !subscriber.closed),
    ];
  }

  #live(): Run[] {
    return this.#runs.filter(({ subscriber, settle }) => subscriber?.closed === false || settle !== undefined);
  }

  #pending(): Notifier[] {
    return this.#notifiers.filter(({ pending }) => pending);
  }

  #open(): Operator[] {
    return this.#operators.filter(({ inlet }) => inlet?.closed === false);
  }

  // Calling

  /** Whether a call would wait for a notification. */
  #waits(registry: number, key: string): boolean {
    return this.#registries[registry]!.reference.joinable.get(key)?.inNext === this.#depth;
  }

  #call(spec: CallSpec): void {
    if (this.#waits(spec.registry, spec.key) && this.#operators.some(({ waiting }) => waiting.length > 0)) {
      // Not modelled: whose turn comes first.
      return;
    }
    const registry = this.#registries[spec.registry]!;
    const call = new Call(spec, registry, spec);
    this.#calls.push(call);
    /** The calls that are made by subscribing to one held Observable. */
    const calls = [call];
    const config: FlightConfig = {
      bufferSize: spec.bufferSize,
      resetOnRefCountZero: this.#lingering(spec.linger, calls),
    };
    const keyed = { ...config, inFlight: registry.inFlight, keyFn: () => this.#key(calls.at(-1)!) };
    const run = (_: Call, options?: AbortSignal | { signal?: AbortSignal }): ObservableInput<unknown> => {
      const waiting = this.#postponed.find((call) => calls.includes(call));
      if (!registry.watched && waiting !== undefined && calls.every(({ run, flight }) => run ?? flight === undefined)) {
        // It runs now, so that its flight has ended, even if nobody has been seen to be notified.
        this.#seeCancel(waiting.postponedOn);
        this.#seeEnding(waiting.postponedOn!);
      }
      this.#seePostponed(registry);
      return this.#start(
        // The one that leads from inside an event of another runs first.
        calls
          .filter(
            ({ run, flight }, index) =>
              run === undefined &&
              flight !== undefined &&
              flight.leader === calls[index] &&
              (flight.end ?? flight.ending) === undefined &&
              !flight.deserted,
          )
          .at(-1) ?? call,
        options instanceof AbortSignal ? options : options?.signal,
      );
    };
    const hold = (observable: Observable<unknown>, enters = false): void => {
      this.#held.push({ calls, observable, enters });
      this.#observe(call, observable, enters);
    };
    switch (spec.face) {
      case 'coalesced':
        hold(coalesced(run, keyed)(call));
        return;
      case 'join':
        hold(
          registry.inFlight.join(call.key, () => run(call), config),
          true,
        );
        return;
      case 'decorated': {
        class Decorated {
          @Coalesce(keyed as object)
          load(key: Call): Observable<unknown> {
            return run(key) as Observable<unknown>;
          }
        }
        hold(new Decorated().load(call));
        return;
      }
      case 'async':
        this.#promise(call, false, () => coalescedAsync(run, keyed)(call));
        return;
      case 'async with signal':
        this.#promise(call, true, (signal) => coalescedAsync(run, keyed)(call, signal));
        return;
      case 'promiseFrom with signal':
        this.#promise(call, true, (signal) => promiseFrom(coalesced(run, keyed)(call), { signal }));
        return;
      case 'decorated async':
      case 'decorated async with signal': {
        class Decorated {
          @CoalesceAsync(keyed as object)
          load(key: Call, options?: { signal: AbortSignal | undefined }): Promise<unknown> {
            return run(key, options as { signal?: AbortSignal }) as Promise<unknown>;
          }
        }
        const object = new Decorated();
        if (spec.face === 'decorated async') {
          this.#promise(call, false, () => object.load(call));
        } else {
          this.#promise(call, true, (signal) => object.load(call, { signal }));
        }
      }
    }
  }

  /** Another subscription to an Observable that is held. */
  #callAgain({ calls, observable, enters }: Held): void {
    const [{ spec, registry }] = calls as [Call];
    if (this.#waits(spec.registry, spec.key) && this.#operators.some(({ waiting }) => waiting.length > 0)) {
      return;
    }
    const call = new Call(spec, registry, spec);
    this.#calls.push(call);
    calls.push(call);
    this.#observe(call, observable, enters);
  }

  /** An Observable caller. */
  #observe(call: Call, observable: Observable<unknown>, enters: boolean): void {
    const subscriber = subscriberOf({
      next: (value) => this.#notified(call, value),
      error: (error: unknown) => this.#notifiedOfEnd(call, 'error', error),
      complete: () => this.#notifiedOfEnd(call, 'complete'),
    });
    call.subscriber = subscriber;
    call.left = () => this.#reactUnthrowing('left', call);
    subscriber.add(() => {
      // Whoever leaves waits no more, whatever that makes others do.
      this.#removePostponed(call);
      this.#reactUnthrowing('leaving', call);
    });
    // Just before the library's own finalizers.
    subscriber.add(() => this.#left(call));
    if (call.spec.late) {
      subscriber.unsubscribe();
    }
    if (enters) {
      this.#enter(call);
    }
    observable.subscribe(subscriber);
    subscriber.add(call.left);
  }

  /** A promise caller. */
  #promise(call: Call, signalled: boolean, start: (signal: AbortSignal | undefined) => Promise<unknown>): void {
    this.#asynchronous = true;
    if (signalled) {
      const controller = new AbortController();
      call.controller = controller;
      const { signal } = controller;
      const add = signal.addEventListener.bind(signal) as (type: string, listener: unknown) => void;
      const remove = signal.removeEventListener.bind(signal) as (type: string, listener: unknown) => void;
      add('abort', () => this.#reactUnthrowing('abort', call));
      // Just before the library's own listener.
      add('abort', () => this.#left(call));
      signal.addEventListener = (type: string, listener: unknown): void => {
        call.listeners.add(listener);
        add(type, listener);
      };
      signal.removeEventListener = (type: string, listener: unknown): void => {
        call.listeners.delete(listener);
        remove(type, listener);
      };
      if (call.spec.late) {
        controller.abort('too late');
      }
    }
    start(call.controller?.signal).then(
      (value) => this.#settled(call, 'resolve', value),
      (error: unknown) => this.#settled(call, 'reject', error),
    );
    if (call.spec.late && signalled) {
      this.#require(!call.keyComputed, 'a signal that is already aborted runs nothing');
    }
  }

  #key(call: Call): string {
    call.keyComputed = true;
    if (this.#react('key', call)) {
      const error = new Error('thrown by keyFn');
      call.rejections.push(error);
      (call.operator?.errors ?? []).push(error);
      throw error;
    }
    this.#enter(call);
    return call.key;
  }

  /** The call is made: it joins or leads. */
  #enter(call: Call): void {
    if (call.gone) {
      return;
    }
    const { operator, registry } = call;
    // Its keyFn may have made a run emit, so calls that waited may have joined before this one.
    this.#seePostponed(registry);
    const current = registry.reference.joinable.get(call.key);
    const isInNext = current?.inNext === this.#depth;
    if (operator !== undefined) {
      if (operator.subscriber.closed || this.#ignores(operator, call)) {
        return;
      }
      const queues = !registry.reference.joinable.has(call.key) && !this.#hasFreeSlot(operator);
      if (queues || operator.waiting.some(({ key }) => key === call.key)) {
        // Its turn is seen by the events. Its keyFn may have made earlier values join: it does not ride with those.
        call.queued = this.#events;
        operator.waiting.push(call);
        return;
      }
      operator.calls.push(call);
    }
    if (isInNext) {
      call.postponedOn = current;
      call.since = current.emitted.length;
      // Promise calls without a signal wait, and come, together.
      const isShared = ({ subscriber, controller }: Call): boolean =>
        subscriber === undefined && controller === undefined;
      const others = this.#postponed
        .map(
          (other) => isShared(call) && isShared(other) && other.postponedOn === current && other.since === call.since,
        )
        .lastIndexOf(true);
      this.#postponed.splice(others < 0 ? this.#postponed.length : others + 1, 0, call);
      return;
    }
    const lingering = this.#pending().find(({ flight }) => flight === registry.reference.joinable.get(call.key));
    if (lingering === undefined) {
      registry.reference.call(call);
    } else {
      lingering.boarding.push(call);
    }
  }

  /** Whether the operator waits for the key already. */
  #ignores(operator: Operator, { key, registry }: Call): boolean {
    const current = registry.reference.joinable.get(key);
    const coming = [...operator.waiting, ...this.#notifiers.flatMap(({ boarding }) => boarding)];
    return (
      operator.spec.duplicates === 'ignore' &&
      (coming.some((call) => call.operator === operator && call.key === key) ||
        (current !== undefined && operator.calls.some(({ flight }) => flight === current)))
    );
  }

  #leave(leaver: Call | Operator): void {
    if (leaver instanceof Call) {
      if (leaver.operator !== undefined) {
        this.#leave(leaver.operator);
        return;
      }
      const { flight, gone } = leaver;
      leaver.subscriber?.unsubscribe();
      leaver.controller?.abort('left');
      if (!gone) {
        this.#seeCancel(flight);
      }
    } else {
      leaver.subscriber.unsubscribe();
    }
  }

  /** The library is about to notice that the call leaves. */
  #left(call: Call): void {
    const { flight, registry } = call;
    const reason: unknown = call.controller?.signal.reason;
    if (flight?.ending?.type === 'abort' && call.controller !== undefined && call.listeners.size === 0) {
      this.#seeEnding(flight);
    }
    if (!call.ended) {
      call.rejections.push(reason);
    }
    call.gone = true;
    this.#removePostponed(call);
    for (const { boarding } of this.#notifiers) {
      const index = boarding.indexOf(call);
      if (index >= 0) {
        boarding.splice(index, 1);
      }
    }
    if (flight !== undefined) {
      registry.reference.leave(call);
    }
  }

  #removePostponed(call: Call): void {
    if (this.#postponed.includes(call)) {
      this.#postponed.splice(this.#postponed.indexOf(call), 1);
    }
  }

  #seeCancel(flight: Flight | undefined): void {
    // If its function still runs, a deserted flight is cancelled a little later.
    if (flight?.deserted === true && flight.leader.run !== undefined) {
      this.#referenceOf(flight).end(flight, 'cancel');
    }
  }

  // Running

  #start(call: Call, signal: AbortSignal | undefined): ObservableInput<unknown> {
    const { flight } = call;
    const { spec } = call;
    if (flight === undefined) {
      this.#fail('only a call runs the function');
      return [];
    }
    this.#require(flight.leader === call && call.run === undefined, 'the leader, and only the leader, runs once');
    this.#require(flight.end === undefined, 'a flight that has ended does not run');
    const { postponedOn, since, registry } = call;
    this.#require(
      postponedOn === undefined ||
        !this.#postponed.some(
          (other) => other.postponedOn === postponedOn && other.since === since && other.registry === registry,
        ),
      'calls that have waited for the same share the run',
    );
    this.#require(
      (signal === undefined) === (call.controller === undefined || call.spec.face === 'promiseFrom with signal'),
      'the function gets a signal exactly if its leader passed one',
    );
    this.#require(
      signal === undefined || signal !== call.controller?.signal,
      "the function does not get its leader's own signal",
    );
    const run: Run = {
      flight,
      spec: spec.run,
      call,
      subscriptions: 0,
      subscriber: undefined,
      tornDown: false,
      stopped: false,
      settle: undefined,
      signal,
      reported: false,
    };
    call.run = run;
    this.#runs.push(run);
    if (call.operator !== undefined) {
      this.#require(
        this.#led(call.operator) <= call.operator.spec.concurrent,
        'concurrent bounds the flights that are led',
      );
    }
    signal?.addEventListener('abort', () => {
      this.#seeCancel(flight);
      this.#seeEnding(flight);
      this.#require(flight.end?.type === 'cancel' || flight.end?.type === 'abort', 'the signal aborts with its flight');
      this.#reactUnthrowing('flight signal', call);
    });
    this.#depth++;
    const thrown = this.#react('fn', call) || spec.run.kind === 'throws';
    this.#depth--;
    if (thrown) {
      const error = errors[(this.#runs.length + 6) % errors.length];
      this.#end(flight, 'error', error);
      throw error;
    }
    switch (spec.run.kind) {
      case 'source':
        return this.#source(run, spec.run.sync);
      case 'promise':
        return this.#deferred(run);
      case 'abortable':
        return fromAbortable((own) => {
          own.addEventListener('abort', () => this.#tearDown(run));
          this.#subscribed(run);
          return this.#deferred(run);
        });
      default:
        this.#end(flight, 'error', anyTypeError);
        return 5 as unknown as ObservableInput<unknown>;
    }
  }

  #subscribed(run: Run): void {
    this.#require(run.flight.end === undefined, 'what the function of an ended flight returns is not subscribed to');
    this.#require(++run.subscriptions === 1, 'a source is subscribed to once');
  }

  #source(run: Run, sync: readonly SourceStep[]): Observable<unknown> {
    const { flight, call } = run;
    return new Observable((subscriber) => {
      this.#subscribed(run);
      run.subscriber = subscriber;
      subscriber.add(() => this.#tearDown(run));
      if (this.#react('subscribed', call)) {
        const error = new Error('thrown by a source');
        if (!subscriber.closed) {
          this.#end(flight, 'error', error);
        }
        throw error;
      }
      for (const step of sync) {
        this.#drive(run, step, 'synchronous');
        this.#require(
          flight.end === undefined || subscriber.closed,
          'a source is torn down at once when its flight has ended',
        );
      }
    });
  }

  #deferred(run: Run): Promise<unknown> {
    this.#asynchronous = true;
    const { flight } = run;
    const promise = new Promise((resolve, reject) => {
      run.settle = { resolve, reject };
    });
    // The reference is notified just before the library, which may ask more than once.
    let asked = 0;
    let answered = 0;
    promise.then = ((fulfilled: (value: unknown) => unknown, rejected: (error: unknown) => unknown) => {
      asked++;
      const derived = Promise.prototype.then.call(
        promise,
        (value) => {
          this.#seePostponed(this.#registryOf(flight));
          if (answered++ === 0) {
            this.#referenceOf(flight).emit(flight, value);
            flight.ending = { type: 'complete', error: undefined };
          }
          const result = fulfilled(value);
          if (answered === asked) {
            this.#seeEnding(flight);
          }
          return result;
        },
        (error: unknown) => {
          this.#end(flight, 'error', error);
          return rejected(error);
        },
      );
      derived.then(undefined, () => {
        run.reported = true;
      });
      return derived;
    }) as typeof promise.then;
    return promise;
  }

  #drive(run: Run, step: SourceStep, error?: unknown): void {
    const { flight, subscriber, settle } = run;
    const reference = this.#referenceOf(flight);
    this.#seePostponed(this.#registryOf(flight));
    if (settle !== undefined) {
      run.settle = undefined;
      if (step === 'error') {
        settle.reject(error);
      } else {
        settle.resolve(this.#value(flight));
      }
      return;
    }
    if (subscriber?.closed !== false || (flight.ending?.type === 'abort' && !this.#registryOf(flight).watched)) {
      return;
    }
    switch (step) {
      case 'next': {
        const value = this.#value(flight);
        reference.emit(flight, value);
        subscriber.next(value);
        flight.notified = flight.emitted.length;
        return;
      }
      case 'complete':
        run.stopped = true;
        this.#end(flight, 'complete');
        subscriber.complete();
        return;
      case 'error':
        run.stopped = true;
        this.#end(flight, 'error', error);
        subscriber.error(error);
    }
  }

  #value(flight: Flight): unknown {
    const index = flight.emitted.length;
    // An operator's values must name their flights.
    return index % 3 === 2 && !this.#registryOf(flight).watched ? undefined : { flight, index };
  }

  #tearDown(run: Run): void {
    const { flight } = run;
    this.#seeCancel(flight);
    this.#seeEnding(flight);
    this.#require(!run.tornDown, 'a source is torn down once');
    run.tornDown = true;
    this.#require(flight.end !== undefined, 'a source is torn down only when its flight ends');
    this.#requireEventEmitted(flight, 'before the source is torn down');
    if (flight.end?.type !== 'cancel' && !this.#stoppedInAbort(run)) {
      for (const call of flight.callers) {
        this.#require(
          call.receivesNoValues || call.operator !== undefined,
          'callers are notified of the end before the source is torn down',
        );
      }
    }
    this.#reactUnthrowing('teardown', run.call);
  }

  /** A source that ends by itself while its flight is aborted is torn down by itself. */
  #stoppedInAbort({ stopped, flight }: Run): boolean {
    return stopped && flight.end?.type === 'abort';
  }

  #end(flight: Flight, type: EndType, error?: unknown): void {
    this.#referenceOf(flight).end(flight, type, error);
  }

  /** Does what the library has done by now. */
  #seeEnding(flight: Flight): void {
    const { ending } = flight;
    flight.ending = undefined;
    if (ending !== undefined) {
      this.#end(flight, ending.type, ending.error);
    }
  }

  // Lingering

  #lingering(linger: CallSpec['linger'], calls: readonly Call[]): NonNullable<FlightConfig['resetOnRefCountZero']> {
    return linger === 'no' ? true : linger === 'yes' ? false : () => this.#notifier(this.#lingeringOf(calls));
  }

  /** Whose flight lingers: it has no callers, and no notifier yet. */
  #lingeringOf(calls: readonly Call[]): Call | undefined {
    const waiting = this.#pending().map(({ flight }) => flight);
    const leaders = calls
      .filter((call) => call.run !== undefined && call.flight?.leader === call && call.flight.end === undefined)
      .filter(({ flight }) => flight!.callers.size === 0 && !waiting.includes(flight!))
      .sort((one, other) => other.flight!.lastLeft - one.flight!.lastLeft);
    // A caller that leaves before it has joined makes its flight linger again, perhaps while another flight makes its notifier.
    return leaders.find(({ flight }) => !flight!.makesNotifier) ?? leaders[0];
  }

  #notifier(call: Call | undefined): ObservableInput<unknown> {
    const flight = call?.flight;
    if (call === undefined || flight === undefined) {
      this.#fail('only a flight lingers');
      return [];
    }
    this.#require(
      flight.end === undefined && flight.callers.size === 0,
      'a notifier is made when the last caller leaves',
    );
    const { lastLeft } = flight;
    flight.makesNotifier = true;
    const thrown = this.#react('notifier made', call);
    flight.makesNotifier = !thrown && call.notifierKind === 'hand';
    if (thrown) {
      return this.#report(new Error('thrown by a notifier'));
    }
    switch (call.notifierKind) {
      case 'fires':
        // A caller that joined meanwhile has dropped it, even if that caller has left again.
        if (flight.callers.size === 0 && flight.end === undefined && flight.lastLeft === lastLeft) {
          this.#referenceOf(flight).desert(flight);
        }
        return [1];
      case 'throws':
        return this.#report(new Error('thrown by a notifier'));
      case 'errors': {
        const error = new Error('from a notifier');
        this.#reports.push(error);
        return new Observable((subscriber) => subscriber.error(error));
      }
      case 'empty':
        return [];
      case 'junk':
        this.#reports.push(anyTypeError);
        return 5 as unknown as ObservableInput<unknown>;
      default:
        return new Observable((subscriber) => {
          const notifier: Notifier = { flight, pending: false, failed: false, subscriber, boarding: [] };
          this.#notifiers.push(notifier);
          subscriber.add(() => this.#dropped(notifier, call));
          const failed = this.#react('notifier subscribed', call);
          flight.makesNotifier = false;
          if (failed) {
            if (subscriber.closed) {
              return;
            }
            notifier.failed = true;
            this.#report(new Error('thrown by a notifier'));
          }
          notifier.pending = !subscriber.closed;
        });
    }
  }

  #fire(notifier: Notifier): void {
    const { flight } = notifier;
    if (flight.deserted) {
      // It is firing.
      return;
    }
    this.#require(flight.callers.size === 0, 'a notifier is dropped when somebody joins');
    this.#referenceOf(flight).desert(flight);
    this.#steer(() => notifier.subscriber.next(1));
    this.#seeCancel(flight);
    this.#require(!notifier.pending, 'a notifier is torn down when it has fired');
  }

  /** Whoever makes a notifier go on receives what its own teardown throws. */
  #steer(act: () => void): void {
    try {
      act();
    } catch (error) {
      setTimeout(() => {
        throw error;
      });
    }
  }

  #dropped(notifier: Notifier, call: Call): void {
    const { flight, boarding, pending } = notifier;
    notifier.pending = false;
    this.#seeCancel(flight);
    if (pending && boarding.length === 0 && !this.#registryOf(flight).inFlight.has(flight.key) && !flight.deserted) {
      this.#seeEnding(flight);
    }
    const thrown = this.#react('notifier dropped', call);
    for (const newcomer of boarding.splice(0)) {
      if (newcomer.operator?.subscriber.closed === true) {
        continue;
      }
      if (flight.end === undefined) {
        // Even if it has been forgotten meanwhile: the call was made before.
        this.#referenceOf(flight).join(newcomer, flight);
      } else {
        newcomer.operator?.calls.splice(newcomer.operator.calls.indexOf(newcomer), 1);
        this.#enter(newcomer);
      }
    }
    if (thrown && !notifier.failed) {
      this.#report(new Error('thrown by a teardown'));
    }
  }

  // All of a registry

  #forgetAll({ inFlight, reference, watched }: Registry): void {
    const flights = [...reference.joinable.values()];
    reference.joinable.clear();
    for (const flight of flights) {
      flight.forgetting = true;
      if (!watched) {
        flight.forgotten = true;
        reference.desertIfDeserted(flight);
      }
    }
    inFlight.forgetAll();
    for (const flight of flights) {
      this.#seeCancel(flight);
      this.#require(
        !(watched && flight.forgetting && flight.end === undefined),
        'forgetAll() emits an event for each flight',
      );
      flight.forgetting = false;
    }
  }

  #abortAll({ inFlight, reference }: Registry, reason: unknown): void {
    const flights = [...reference.joinable.values()];
    reference.joinable.clear();
    for (const flight of flights) {
      flight.ending = { type: 'abort', error: reason === undefined ? defaultReason : reason };
    }
    inFlight.abortAll(reason);
    for (const flight of flights) {
      this.#seeEnding(flight);
    }
  }

  // Events

  #registry(watched: boolean): Registry {
    const registry: Registry = { inFlight: inFlightCalls(), reference: new Reference(), watched, byNumber: new Map() };
    const resuming = registry.inFlight as unknown as { resumeOthers(): void };
    const resumeOthers = resuming.resumeOthers.bind(resuming);
    // Calls that have waited do not come from inside the next that they are made in.
    resuming.resumeOthers = () => {
      this.#depth++;
      resumeOthers();
      this.#depth--;
    };
    if (watched) {
      registry.inFlight.events.subscribe((event) => this.#event(registry, event));
    }
    return registry;
  }

  #event(registry: Registry, event: FlightEvent<string>): void {
    const { reference, byNumber } = registry;
    this.#events++;
    let flight = byNumber.get(event.flight);
    if (event.type === 'start') {
      this.#require(flight === undefined, 'each flight has a number of its own');
      // It may have lost its key again by now.
      flight = reference.flights.find(({ key, events }) => key === event.key && events[0]?.type === 'start');
      flight ??= this.#enterPostponed(registry, event.key) ?? this.#enterFromOperator(registry, event);
      if (flight !== undefined) {
        byNumber.set(event.flight, flight);
      }
    }
    if (flight === undefined) {
      this.#fail(`no flight is known for ${event.type} ${event.key}, flight ${event.flight}`);
      return;
    }
    if (flight.events[0]?.type !== event.type) {
      this.#see(registry, flight, event);
    }
    const expected = flight.events.shift();
    const actual = { type: event.type, callers: event.callers };
    this.#require(
      expected?.type === actual.type && expected.callers === actual.callers && event.key === flight.key,
      `the event ${JSON.stringify(expected)}, not ${JSON.stringify(actual)}`,
    );
    if (event.type === 'error' || event.type === 'abort') {
      this.#require(same(flight, event.error), `an event has the error of its flight`);
    }
    if (event.type === 'complete') {
      this.#ride(flight);
    }
    this.#check(`at ${event.type}`);
  }

  /** Some things are up to the library to time; the event shows when. */
  #see(registry: Registry, flight: Flight, event: FlightEvent<string>): void {
    switch (event.type) {
      case 'join':
        if (this.#enterPostponed(registry, event.key, flight) === undefined) {
          this.#enterFromOperator(registry, event, flight);
        }
        return;
      case 'leave':
        for (const call of flight.callers) {
          if (call.operator?.gone === true) {
            registry.reference.leave(call);
            return;
          }
        }
        return;
      case 'cancel':
        if (flight.deserted || (flight.callers.size === 0 && flight.leader.run === undefined)) {
          registry.reference.end(flight, 'cancel');
        }
        return;
      case 'forget':
        if (flight.forgetting && flight.end === undefined) {
          flight.forgetting = false;
          registry.reference.forgetFlight(flight);
        }
        return;
      default:
        this.#seeEnding(flight);
    }
  }

  /** Values that ride together are answered together, also by a flight that ends before all of them have been counted. */
  #ride(flight: Flight): void {
    for (const operator of this.#operators) {
      const boarded = operator.calls.filter((call) => call.flight === flight);
      const riders = operator.waiting.filter((call) => boarded.some((other) => rideTogether(call, other)));
      operator.waiting = operator.waiting.filter((call) => !riders.includes(call));
      for (const rider of riders) {
        rider.flight = flight;
        rider.received = rider.early;
        operator.calls.push(rider);
      }
    }
  }

  #enterFromOperator({ reference }: Registry, { type, key }: FlightEvent<string>, flight?: Flight): Flight | undefined {
    const pushed = [...this.#pushing]
      .reverse()
      .find((call) => call.key === key && call.operator!.waiting.includes(call));
    const operator =
      pushed?.operator ?? this.#operators.find(({ waiting }) => waiting.some((call) => call.key === key));
    if (operator === undefined) {
      return undefined;
    }
    const index = operator.waiting.findIndex((call) => call.key === key);
    const boarded = operator.calls.filter(({ flight }) => flight?.end === undefined);
    const isInOrder = operator.waiting.slice(0, index).every((earlier) => {
      earlier.stepsAside ||= (reference.joinable.get(earlier.key)?.inNext ?? -1) >= 0;
      return earlier.stepsAside || boarded.some((other) => rideTogether(earlier, other));
    });
    const [call] = operator.waiting.splice(index, 1) as [Call];
    this.#require(isInOrder || type === 'join' || call.flight !== undefined, 'values wait in order');
    operator.calls.push(call);
    call.joined = this.#events;
    // Values that ride together join even if the flight is forgotten meanwhile.
    if (flight === undefined) {
      flight = reference.call(call);
    } else {
      reference.join(call, flight);
    }
    call.received = Math.max(call.received, call.early);
    return flight;
  }

  /** The first call that waits for a notification of its flight joins, or leads. */
  #enterPostponed({ reference }: Registry, key: string, flight?: Flight): Flight | undefined {
    const index = this.#postponed.findIndex((call) => call.registry.reference === reference && call.key === key);
    if (index < 0) {
      return undefined;
    }
    const [call] = this.#postponed.splice(index, 1) as [Call];
    const on = call.postponedOn!;
    this.#seeCancel(on);
    this.#seeEnding(on);
    call.subscriber?.remove(call.left);
    call.subscriber?.add(call.left);
    const { run } = on.leader;
    if (on.end !== undefined) {
      // Unless it joins a flight that somebody has started in answer to the end.
      this.#require(
        run?.spec.kind !== 'source' || run.tornDown || reference.joinable.has(key),
        'a call that waits runs when the ended run has been torn down',
      );
    } else if (on.emitted.length > call.since) {
      for (const other of on.callers) {
        this.#require(
          other.receivesNoValues || other.received > call.since,
          'a call that waits joins when all have been notified of the next value',
        );
      }
    } else {
      this.#require(this.#inTimer, 'a call from inside next waits for a notification, or a later task');
    }
    if (flight?.forgotten === true && [...flight.callers].some(({ postponedOn }) => postponedOn === on)) {
      // Promise calls that share a promise join together, even if a listener forgets the flight between them.
      reference.join(call, flight);
      return flight;
    }
    return reference.call(call);
  }

  /** If nobody listens, the count shows who has joined. */
  #seePostponed(registry: Registry): void {
    const { inFlight, reference, watched } = registry;
    for (const key of watched || this.#postponed.length === 0 ? [] : ['a', 'b', 'c']) {
      while (
        inFlight.callers(key) > (reference.joinable.get(key)?.callers.size ?? 0) &&
        this.#enterPostponed(registry, key) !== undefined
      );
    }
  }

  #listen(to: string, act: Act): void {
    let done = false;
    let number = this.#events;
    const listener = this.#registries[0]!.inFlight.events.subscribe(({ type }) => {
      // A late event, after another listener has caused the next one, would find the reference behind the library.
      const isLate = ++number <= this.#actsOn;
      if (type !== to || done || isLate || this.#quiet) {
        return;
      }
      done = true;
      if (act.do === 'throw') {
        this.#report(new Error('thrown by a listener'));
      }
      if (act.do === 'leave itself') {
        listener.unsubscribe();
      }
      const outer = this.#actsOn;
      this.#actsOn = number;
      this.#depth++;
      this.#perform(act);
      this.#depth--;
      this.#actsOn = outer;
    });
    this.#listeners.push(listener);
  }

  // The operator

  #operate(spec: OperatorSpec): void {
    const subscriber = subscriberOf({
      next: (value) => this.#answered(operator, value),
      error: (error: unknown) => this.#operatorFailed(operator, error),
      complete: () => this.#operatorCompleted(operator),
    });
    // It would be hard to know whose turn has come if there were several queues.
    const concurrent = this.#operators.length === 0 ? spec.concurrent : Infinity;
    const operator: Operator = {
      spec: { ...spec, concurrent },
      subscriber,
      inlet: undefined,
      calls: [],
      waiting: [],
      finished: false,
      ended: false,
      gone: false,
      errors: [],
    };
    this.#operators.push(operator);
    subscriber.add(() => this.#reactUnthrowing('leaving', operator));
    subscriber.add(() => {
      operator.gone = true;
      operator.waiting = [];
    });
    const { inFlight } = this.#registries[0]!;
    new Observable<Call>((inlet) => {
      operator.inlet = inlet;
    })
      .pipe(
        coalesceBy(
          (call) => this.#key(call),
          (call) => this.#start(call, undefined),
          {
            inFlight,
            concurrent,
            duplicates: spec.duplicates,
            bufferSize: spec.bufferSize,
            resetOnRefCountZero: this.#lingering(spec.linger, operator.calls),
          },
        ),
      )
      .subscribe(subscriber);
    subscriber.add(() => this.#reactUnthrowing('left', operator));
  }

  #push(operator: Operator, spec: CallSpec): void {
    if (this.#notifiers.some(({ boarding }) => boarding.some((call) => call.operator === operator))) {
      // Not modelled: the value joins together with the one that is joining; see spec/refused-boarding.spec.ts.
      return;
    }
    if (this.#waits(0, spec.key) || this.#postponed.length > 0) {
      // Not modelled either: whose turn comes first, when calls and values wait; see spec/calls-from-next.spec.ts.
      return;
    }
    const call = new Call({ ...spec, late: false }, this.#registries[0]!, operator.spec, undefined, operator);
    this.#pushing.push(call);
    operator.inlet!.next(call);
    this.#pushing.splice(this.#pushing.indexOf(call), 1);
  }

  /** Whether it certainly has one: only the events show when exactly a flight gives its slot back. */
  #hasFreeSlot({ spec, waiting, calls }: Operator): boolean {
    const led = new Set(
      calls
        .map(({ flight }) => flight)
        .filter((flight) => flight !== undefined && calls.includes(flight.leader) && !flight.over),
    );
    return waiting.length === 0 && led.size < spec.concurrent;
  }

  #led(operator: Operator): number {
    return this.#runs.filter(
      ({ flight, call, subscriptions, tornDown }) =>
        call.operator === operator &&
        (flight.end === undefined || (flight.leader.run?.spec.kind === 'source' && subscriptions > 0 && !tornDown)),
    ).length;
  }

  #answered(operator: Operator, value: unknown): void {
    const call = operator.calls.find(
      ({ flight, received }) => flight !== undefined && flight.emitted[received] === value,
    );
    const early = operator.waiting.find(
      ({ key, early }) => (value as Emission).flight.key === key && (value as Emission).index >= early,
    );
    if (call === undefined && early !== undefined) {
      // It rides on a flight whose other values have been counted; it is about to be counted.
      early.early = (value as Emission).index + 1;
      return;
    }
    if (call === undefined) {
      this.#fail('an operator answers with what a flight of its values has emitted, once for each value');
      return;
    }
    this.#notified(call, value, operator);
  }

  #operatorFailed(operator: Operator, error: unknown): void {
    operator.ended = true;
    const failed = operator.calls.find(
      ({ flight }) => (flight?.end?.type === 'error' || flight?.end?.type === 'abort') && same(flight, error),
    );
    this.#require(
      failed !== undefined || operator.errors.some((known) => Object.is(known, error)),
      'an operator fails with a flight',
    );
    this.#reactThrowing('error', operator);
  }

  #operatorCompleted(operator: Operator): void {
    operator.ended = true;
    for (const { flight, received } of operator.calls) {
      this.#seeEnding(flight!);
      this.#require(flight?.end?.type === 'complete' && received === flight.emitted.length, 'every value is answered');
    }
    this.#require(operator.finished && operator.waiting.length === 0, 'an operator completes when all is answered');
    this.#reactThrowing('complete', operator);
  }

  // Notifications

  #notified(call: Call, value: unknown, reacting: Call | Operator = call): void {
    this.#seePostponed(call.registry);
    const { flight } = call;
    if (flight === undefined || (call.gone && call.operator === undefined) || call.ended) {
      this.#fail('nobody is notified after leaving or after the end');
      return;
    }
    const index = call.received++;
    this.#require(
      index < flight.emitted.length && Object.is(flight.emitted[index], value),
      'a caller receives exactly what its flight emits',
    );
    if (index >= flight.notified) {
      this.#requireAllHave(flight, index, call);
    }
    flight.notified = Math.max(flight.notified, index + 1);
    this.#check('at next');
    const outer = flight.inNext;
    flight.inNext = this.#depth;
    try {
      this.#reactThrowing('next', reacting);
    } finally {
      flight.inNext = outer;
    }
  }

  #requireAllHave(flight: Flight, received: number, but: Call): void {
    for (const other of flight.callers) {
      this.#require(
        other === but || other.receivesNoValues || other.received >= received,
        'everyone receives the earlier before anyone the later',
      );
    }
  }

  #notifiedOfEnd(call: Call, type: 'complete' | 'error', error?: unknown): void {
    const { flight } = call;
    this.#require(!call.ended && !call.gone, 'nobody is notified after leaving or after the end');
    call.ended = true;
    if (flight === undefined) {
      this.#require(
        type === 'error' && call.rejections.includes(error),
        'a caller without a flight receives what keyFn has thrown',
      );
    } else {
      this.#seeEnding(flight);
      const end = flight.end?.type;
      this.#require(
        type === 'complete' ? end === 'complete' : (end === 'error' || end === 'abort') && same(flight, error),
        `callers are notified of how their flight ends, ${String(end)}, not ${type}`,
      );
      this.#require(call.received === flight.emitted.length, 'the end comes after all values');
      this.#requireAllHave(flight, call.received, call);
      this.#requireEventEmitted(flight, 'before callers are notified of the end');
      const { run } = flight.leader;
      this.#require(
        run?.tornDown !== true || this.#stoppedInAbort(run),
        'callers are notified before the source is torn down',
      );
    }
    this.#check(`at ${type}`);
    this.#reactThrowing(type, call);
  }

  #settled(call: Call, how: 'resolve' | 'reject', outcome: unknown): void {
    const { flight } = call;
    call.ended = true;
    const end = flight?.end;
    const last = flight?.emitted.at(-1);
    const left = how === 'reject' && call.rejections.some((reason) => Object.is(reason, outcome));
    if (!left) {
      this.#require(
        flight !== undefined &&
          end !== undefined &&
          (end.type === 'complete'
            ? flight.emitted.length > (call.spec.face === 'promiseFrom with signal' ? call.received : 0)
              ? how === 'resolve' && Object.is(outcome, last)
              : how === 'reject' && outcome instanceof EmptyError
            : how === 'reject' && end.type !== 'cancel' && same(flight, outcome)),
        `a promise settles with the outcome of its flight, ${String(end?.type)}, not ${how} ${String(outcome)}`,
      );
      this.#require(!call.gone || flight!.end !== undefined, 'a caller that has left is rejected with the reason');
    }
    this.#require(call.listeners.size === 0, 'a settled call leaves no abort listener');
    this.#check('at a promise continuation');
    this.#reactUnthrowing(how === 'resolve' ? 'complete' : 'error', call);
  }

  #requireEventEmitted({ end, events, leader }: Flight, when: string): void {
    this.#require(
      !leader.registry.watched || events.every(({ type }) => type !== end?.type),
      `the event is emitted ${when}`,
    );
  }

  // Reacting

  /** Returns whether the callback must throw. */
  #react(on: Place, self: Call | Operator): boolean {
    this.#check(`on ${on}`);
    if (this.#quiet) {
      return false;
    }
    for (const reaction of self.spec.reactions) {
      if (reaction.on === on && !this.#reacted.has(reaction)) {
        this.#reacted.add(reaction);
        if (reaction.act.do === 'throw') {
          return true;
        }
        this.#perform(reaction.act, self);
      }
    }
    return false;
  }

  #reactUnthrowing(on: Place, self: Call | Operator): void {
    this.#react(on, self);
  }

  #reactThrowing(on: Place, self: Call | Operator): void {
    if (this.#react(on, self)) {
      this.#report(new Error(`thrown by ${on}()`));
    }
  }

  /** Throws an error that must be reported as unhandled. */
  #report(error: Error): never {
    this.#reports.push(error);
    throw error;
  }

  // Checking

  #require(holds: boolean, law: string): void {
    if (!holds) {
      this.#fail(law);
    }
  }

  #fail(law: string): void {
    this.#failures.push(new Error(law).stack ?? law);
  }

  #throwFailure(): void {
    if (this.#failures.length > 0) {
      throw new Error(this.#failures[0]);
    }
  }

  /** What holds at any time, in every callback. */
  #check(when: string): void {
    for (const registry of this.#registries) {
      this.#seePostponed(registry);
      const { inFlight, reference } = registry;
      this.#require(
        inFlight.size === reference.joinable.size,
        `size is ${reference.joinable.size} ${when}, not ${inFlight.size}`,
      );
      for (const key of ['a', 'b', 'c']) {
        const flight = reference.joinable.get(key);
        const callers = flight?.callers.size ?? 0;
        this.#require(inFlight.has(key) === (flight !== undefined), `has('${key}') is ${flight !== undefined} ${when}`);
        this.#require(
          inFlight.callers(key) === callers,
          `callers('${key}') is ${callers} ${when}, not ${inFlight.callers(key)}`,
        );
      }
    }
  }

  /** What holds between steps. */
  async #rest(): Promise<void> {
    let ran: boolean;
    do {
      for (let turn = this.#asynchronous ? 24 : 0; turn > 0; turn--) {
        await Promise.resolve();
      }
      ran = this.#timers.size > 0;
      this.#runTimers();
    } while (ran);
    this.#check('at rest');
    for (const { reference, watched } of this.#registries) {
      for (const flight of reference.flights) {
        this.#checkFlight(flight, watched);
      }
    }
    for (const operator of this.#operators) {
      this.#checkOperator(operator);
    }
    for (const { flight, pending, boarding } of this.#notifiers) {
      this.#require(
        !pending || (flight.end === undefined && flight.callers.size === 0),
        'a notifier is dropped when it has nothing more to decide',
      );
      this.#require(boarding.length === 0, 'a call is made at once');
    }
    this.#throwFailure();
  }

  #checkFlight(flight: Flight, watched: boolean): void {
    const { run } = flight.leader;
    this.#require(!watched || flight.events.length === 0, `the event ${JSON.stringify(flight.events[0])} is missing`);
    flight.events.length = 0;
    if (flight.end === undefined) {
      this.#require(!flight.deserted, 'a deserted flight is cancelled');
      this.#require(run !== undefined, 'a flight runs');
      this.#require(run?.spec.kind === 'promise' || run?.subscriptions === 1, 'a source is subscribed to');
      this.#require(run?.tornDown === false, 'a source lives as long as its flight');
    } else {
      flight.over = true;
      this.#require(run?.subscriber === undefined || run.subscriber.closed, 'a source is torn down with its flight');
      if (run?.signal !== undefined) {
        this.#require(
          run.signal.aborted === (flight.end.type === 'cancel' || flight.end.type === 'abort'),
          'the signal aborts exactly if the flight is cancelled or aborted',
        );
      }
      this.#require(
        run?.spec.kind !== 'abortable' || run.subscriptions === 0 || run.settle === undefined || run.tornDown,
        'fromAbortable aborts what its flight has no use for',
      );
      this.#require(run?.reported !== true, 'what a run rejects with reaches its callers, or nobody');
    }
    for (const call of flight.callers) {
      if (call.operator !== undefined) {
        this.#require(
          call.operator.gone ? flight.end !== undefined : call.received === flight.emitted.length,
          'every value is answered',
        );
      } else if (call.subscriber !== undefined) {
        this.#require(call.gone || call.received === flight.emitted.length, 'every caller receives all');
        this.#require(call.gone || call.ended === (flight.end !== undefined), 'every caller is notified of the end');
      } else {
        this.#require(call.ended === (flight.end !== undefined), 'every promise settles with its flight');
      }
    }
  }

  #checkOperator(operator: Operator): void {
    const { calls, waiting, gone, finished, spec } = operator;
    if (!gone) {
      this.#require(
        !calls.some(
          (call) =>
            call.flight === call.registry.reference.joinable.get(call.key) &&
            waiting.some(({ key }) => key === call.key),
        ),
        'all values of a key ride on one run',
      );
      this.#require(
        waiting.length === 0 || this.#led(operator) === spec.concurrent,
        'nobody waits while there is a free slot',
      );
      this.#require(
        calls.every(({ flight }) => flight?.end === undefined || flight.end.type === 'complete'),
        'an operator fails with a flight',
      );
      this.#require(
        !finished || waiting.length > 0 || calls.some(({ flight }) => flight?.end === undefined),
        'an operator completes when all is answered',
      );
    }
  }

  #runTimers(): void {
    const reports: unknown[] = [];
    this.#inTimer = true;
    // And the timers that these set.
    for (const [id, timer] of this.#timers) {
      this.#timers.delete(id);
      try {
        timer();
      } catch (error) {
        reports.push(...(error instanceof UnsubscriptionError ? (error.errors as unknown[]) : [error]));
      }
    }
    this.#registries.forEach((registry) => this.#seePostponed(registry));
    this.#inTimer = false;
    for (const expected of this.#reports.splice(0)) {
      const index = reports.findIndex((error) =>
        expected === anyTypeError ? error instanceof TypeError : Object.is(error, expected),
      );
      this.#require(index >= 0, `${String(expected)} is reported as unhandled`);
      reports.splice(index, 1);
    }
    this.#require(reports.length === 0, `${String(reports[0])} is not reported as unhandled`);
  }

  /** Everyone leaves and everything ends, and nothing is left. */
  async #finish(): Promise<void> {
    this.#quiet = true;
    for (const leaver of this.#leavers()) {
      this.#leave(leaver);
    }
    await this.#rest();
    for (const run of this.#live()) {
      this.#drive(run, 'complete');
    }
    await this.#rest();
    for (const { inFlight } of this.#registries) {
      this.#require(inFlight.size === 0, 'no key is left');
    }
    this.#require(this.#live().length === 0 && this.#pending().length === 0, 'no source is left');
    this.#require(
      this.#calls.every(({ listeners }) => listeners.size === 0),
      'no listener is left',
    );
    this.#require(
      this.#calls.every(({ ended, gone }) => ended || gone),
      'nobody is left waiting',
    );
    this.#throwFailure();
  }

  #registryOf(flight: Flight): Registry {
    return flight.leader.registry;
  }

  #referenceOf(flight: Flight): Reference<Call> {
    return this.#registryOf(flight).reference;
  }
}

/** Whether the flight ended with this error; if the reference cannot know the error, it takes this one. */
function same({ end }: Flight, error: unknown): boolean {
  if (
    (end?.error === defaultReason && error instanceof DOMException && error.name === 'AbortError') ||
    (end?.error === anyTypeError && error instanceof TypeError)
  ) {
    end.error = error;
  }
  return end !== undefined && Object.is(end.error, error);
}

/** Whether the turn of a value that waits has come with another of its key, which has been counted since. */
function rideTogether(waiting: Call, counted: Call): boolean {
  return counted.key === waiting.key && counted.joined > waiting.queued;
}

function pick<T>(from: readonly T[], n: number, act: (picked: T) => void): void {
  if (from.length > 0) {
    act(from[n % from.length] as T);
  }
}

/** The subscriber of an observer, to be passed on: so it is known before anything can be emitted. */
function subscriberOf(observer: {
  next: (value: unknown) => void;
  error: (error: unknown) => void;
  complete: () => void;
}): Subscriber<unknown> {
  let subscriber!: Subscriber<unknown>;
  new Observable((created) => {
    subscriber = created;
  }).subscribe(observer);
  return subscriber;
}
