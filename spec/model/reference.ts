/** The essential rules, for one registry. These are all that the model claims; {@link World} compares the library with them. */
export class Reference<C extends Caller<C>> {
  /** The flights that a call would join. */
  readonly joinable = new Map<string, Flight<C>>();
  readonly flights: Flight<C>[] = [];
  #left = 0;

  call(caller: C): Flight<C> {
    let flight = this.joinable.get(caller.key);
    if (flight === undefined) {
      flight = new Flight(caller);
      this.joinable.set(caller.key, flight);
      this.flights.push(flight);
    }
    this.join(caller, flight);
    return flight;
  }

  join(caller: C, flight: Flight<C>): void {
    caller.flight = flight;
    caller.received = Math.max(0, flight.emitted.length - flight.leader.bufferSize);
    flight.callers.add(caller);
    flight.expectEvent(caller === flight.leader ? 'start' : 'join');
  }

  leave(caller: C): void {
    const { flight } = caller;
    if (flight?.end === undefined && flight?.callers.delete(caller)) {
      flight.lastLeft = ++this.#left;
      this.desertIfDeserted(flight);
      flight.expectEvent('leave');
    }
  }

  /** Without callers, a flight is cancelled if it does not linger, or if nobody can join it any more. */
  desertIfDeserted(flight: Flight<C>): void {
    const { linger } = flight.leader;
    if (flight.callers.size === 0 && (linger === 'no' || (flight.forgotten && linger === 'notifier'))) {
      this.desert(flight);
    }
  }

  /** Nobody can join any more, and no caller is left: it is cancelled next. */
  desert(flight: Flight<C>): void {
    this.free(flight);
    flight.deserted = true;
  }

  emit(flight: Flight<C>, value: unknown): void {
    if (flight.end === undefined) {
      flight.emitted.push(value);
    }
  }

  end(flight: Flight<C>, type: EndType, error?: unknown): void {
    if (flight.end === undefined) {
      this.free(flight);
      flight.end = { type, error };
      flight.expectEvent(type, error);
    }
  }

  forget(key: string): boolean {
    const flight = this.joinable.get(key);
    this.joinable.delete(key);
    if (flight !== undefined) {
      this.forgetFlight(flight);
    }
    return flight !== undefined;
  }

  forgetFlight(flight: Flight<C>): void {
    flight.forgotten = true;
    flight.expectEvent('forget');
    this.desertIfDeserted(flight);
  }

  abort(key: string, reason: unknown): boolean {
    const flight = this.joinable.get(key);
    if (flight !== undefined) {
      this.end(flight, 'abort', reason);
    }
    return flight !== undefined;
  }

  /** A flight only ever removes itself. */
  free(flight: Flight<C>): void {
    if (this.joinable.get(flight.key) === flight) {
      this.joinable.delete(flight.key);
    }
  }
}

export type EndType = 'complete' | 'error' | 'cancel' | 'abort';
export type EventType = EndType | 'start' | 'join' | 'leave' | 'forget';

export interface Caller<C extends Caller<C>> {
  readonly key: string;
  /** The configuration, which counts if it leads. */
  readonly bufferSize: number;
  readonly linger: 'no' | 'yes' | 'notifier';
  flight: Flight<C> | undefined;
  /** How many of its flight's emissions it has received or is spared. */
  received: number;
}

export class Flight<C extends Caller<C>> {
  readonly key: string;
  readonly emitted: unknown[] = [];
  /** How many emissions somebody has been notified of. */
  notified = 0;
  readonly callers = new Set<C>();
  deserted = false;
  /** The end that the library is about to bring about. */
  ending: { readonly type: EndType; readonly error: unknown } | undefined = undefined;
  forgetting = false;
  forgotten = false;
  /** How deep inside functions and listeners its innermost `next` is running. */
  inNext = -1;
  /** When a caller last left it. */
  lastLeft = 0;
  /** Whether its notifier is being made or subscribed to. */
  makesNotifier = false;
  /** Whether it ended in an earlier step. */
  over = false;
  end: { readonly type: EndType; error: unknown } | undefined = undefined;
  /** The events to come, in this order. */
  readonly events: { readonly type: EventType; readonly callers: number; readonly error: unknown }[] = [];

  constructor(readonly leader: C) {
    this.key = leader.key;
  }

  expectEvent(type: EventType, error?: unknown): void {
    this.events.push({ type, callers: this.callers.size, error });
  }
}
