import type { Subscription } from 'rxjs';
import type { FlightSeen } from './flight-seen.js';
import { textOf } from './text-of.js';
import type { WatchedEvent, WatchedFlights } from './watched-flights.js';

/** If more flights are open, the events of some ends must have been lost. */
const MOST_OPEN = 10_000;
const MOST_CALLERS = 1000;
const MOST_VALUES = 100;
const MOST_ROLES = 10;

type Changing<T> = { -readonly [P in keyof T]: T[P] extends readonly (infer E)[] ? Changing<E>[] : T[P] };
type Flight = Changing<FlightSeen>;

/** Collects the flights of a registry from its events, until `stop`. Its memory is bounded. */
export class FlightsSeen {
  readonly since = performance.now();
  /** How many calls there were: without coalescing, each would have been a run. */
  calls = 0;
  runs = 0;
  /** How many flights have not ended. */
  open = 0;

  readonly #keep: number;
  readonly #changed: (() => void) | undefined;
  readonly #flights = new Map<number, Flight>();
  /** The flights that are older than the observation, by key, until an event has their number. */
  readonly #before = new Map<unknown, Flight>();
  readonly #ended: Flight[] = [];
  readonly #listening: Subscription;

  /**
   * @param watched - the registry
   * @param keep - how many ended flights to remember
   * @param changed - called after each event
   */
  constructor(watched: WatchedFlights, keep: number, changed?: () => void) {
    this.#keep = keep;
    this.#changed = changed;
    for (const key of watched.keys?.() ?? []) {
      const flight = this.#begin(undefined, key, -Infinity);
      this.#before.set(key, flight);
      count(flight, watched.callers?.(key) ?? 0, '', -Infinity);
    }
    const lose = (): void => this.#loseAll();
    this.#listening = watched.events.subscribe({ next: (event) => this.#receive(event), error: lose, complete: lose });
  }

  /** The flights in the order in which they started. */
  get flights(): readonly FlightSeen[] {
    return [...this.#before.values(), ...this.#flights.values()];
  }

  stop(): void {
    this.#listening.unsubscribe();
  }

  #receive(event: WatchedEvent): void {
    const at = performance.now();
    const flight = this.#flightOf(event, at);
    if (event.type === 'value') {
      push(flight.values, at, MOST_VALUES);
    } else {
      if (event.type === 'start') this.runs++;
      if (event.type === 'start' || event.type === 'join') this.calls++;
      // Use the count in the event, not the type of the event: so flights that are older than the observation are counted right, too.
      count(flight, event.callers, event.caller === undefined ? '' : textOf(event.caller), at);
      switch (event.type) {
        case 'forget':
          flight.forgotten = at;
          break;
        case 'lead':
        case 'follow':
        case 'apart': {
          // A flight that is followed runs elsewhere, so it does not count as a run here.
          const followed = flight.roles.at(-1)?.type === 'follow';
          if (flight.started >= 0) this.runs += Number(followed) - Number(event.type === 'follow');
          const detail = event.type === 'lead' ? '' : textOf(event.type === 'follow' ? event.leader : event.error);
          push(flight.roles, { type: event.type, detail, at }, MOST_ROLES);
          break;
        }
        case 'error':
        case 'abort':
          flight.error = textOf(event.error);
          this.#end(flight, event.type, at);
          break;
        case 'complete':
        case 'cancel':
          this.#end(flight, event.type, at);
      }
    }
    this.#changed?.();
  }

  #flightOf(event: WatchedEvent, at: number): Flight {
    const { flight: number, key } = event;
    const starts = event.type === 'start';
    const known = this.#flights.get(number);
    if (known !== undefined && !starts) return known;

    const before = this.#before.get(key);
    this.#before.delete(key);
    if (starts) {
      // There were no events of their ends, for example because a server was restarted and its numbers begin again.
      this.#drop(known);
      this.#drop(before);
    }
    const flight = starts || before === undefined ? this.#begin(number, key, starts ? at : -Infinity) : before;
    flight.number = number;
    this.#flights.set(number, flight);
    if (!starts && before === undefined && 'callers' in event) {
      const { type, callers } = event;
      count(flight, callers + (type === 'join' ? -1 : type === 'leave' ? 1 : 0), '', -Infinity);
    }
    if (this.open > MOST_OPEN) this.#drop(this.flights.find(({ ended }) => ended === undefined));
    return flight;
  }

  #begin(number: number | undefined, key: unknown, started: number): Flight {
    this.open++;
    const name = textOf(key);
    return { number, key, name, started, callers: [], joined: 0, waiting: 0, guessed: false, values: [], roles: [] };
  }

  #end(flight: Flight, ending: NonNullable<FlightSeen['ending']>, at: number): void {
    if (flight.ended !== undefined) return;
    flight.ended = at;
    flight.ending = ending;
    this.open--;
    this.#ended.push(flight);
    if (this.#ended.length > this.#keep) this.#drop(this.#ended.shift());
  }

  #drop(flight: FlightSeen | undefined): void {
    if (flight === undefined) return;
    if (flight.ended === undefined) this.open--;
    if (flight.number === undefined) this.#before.delete(flight.key);
    else if (this.#flights.get(flight.number) === flight) this.#flights.delete(flight.number);
  }

  #loseAll(): void {
    const now = performance.now();
    for (const flight of [...this.#before.values(), ...this.#flights.values()]) this.#end(flight, 'lost', now);
    this.#changed?.();
  }
}

/** Adds or removes callers until there are as many as the event says. */
function count(flight: Flight, callers: number, name: string, at: number): void {
  const more = callers - flight.waiting;
  // Events from elsewhere cannot be trusted, and may contain any number.
  for (let each = 0; each < Math.min(more, MOST_CALLERS); each++) join(flight, name, at);
  for (let each = 0; each < Math.min(-more, MOST_CALLERS); each++) leave(flight, name, at);
  flight.joined += Math.max(0, more);
  flight.waiting = callers;
  if (callers === 0) flight.guessed = false;
}

function join({ callers }: Flight, name: string, at: number): void {
  if (callers.length === MOST_CALLERS) {
    const gone = callers.findIndex(({ left }) => left !== undefined);
    if (gone < 0) return;
    callers.splice(gone, 1);
  }
  callers.push({ name, joined: at });
}

/** Marks one caller as left. If several match, it takes the one that joined last. */
function leave(flight: Flight, name: string, at: number): void {
  const waiting = flight.callers.filter(({ left }) => left === undefined);
  const named = waiting.filter((caller) => caller.name === name);
  const likely = named.length > 0 ? named : waiting;
  if (likely.length > 1) flight.guessed = true;
  const caller = likely.at(-1);
  if (caller !== undefined) caller.left = at;
}

function push<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.shift();
}
