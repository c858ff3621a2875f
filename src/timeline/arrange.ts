import type { FlightSeen } from './flight-seen.js';

/** A flight and its place in the picture. */
export interface Placed {
  readonly flight: FlightSeen;
  readonly top: number;
  /** When the next flight in the same lane starts. */
  readonly until: number;
  /** Whether it has too many callers to draw a line for each. */
  readonly crowd: boolean;
}

/** The flights of one key. */
export interface Band {
  readonly name: string;
  readonly top: number;
  readonly height: number;
  readonly flights: readonly Placed[];
}

export const BAR = 16;
export const ROW = 19;
export const CROWD = 64;
const HEAD = 26;
const FOOT = 12;
const GAP = 10;
const MOST_LINES = 8;

/** Makes a band for each key. Flights of one key that overlap, as after a forget, are placed below each other. */
export function arrange(flights: readonly FlightSeen[], top: number, now: number): Band[] {
  const byKey = new Map<unknown, FlightSeen[]>();
  for (const flight of flights) {
    const own = byKey.get(flight.key);
    if (own === undefined) byKey.set(flight.key, [flight]);
    else own.push(flight);
  }

  const bands: Band[] = [];
  for (const own of byKey.values()) {
    const lanes: { readonly flights: FlightSeen[]; height: number }[] = [];
    for (const flight of own) {
      let lane = lanes.find((each) => (each.flights.at(-1)?.ended ?? now) <= flight.started);
      if (lane === undefined) lanes.push((lane = { flights: [], height: 0 }));
      lane.flights.push(flight);
      lane.height = Math.max(lane.height, heightOf(flight));
    }
    let below = top + HEAD;
    const placed: Placed[] = [];
    for (const lane of lanes) {
      for (const [index, flight] of lane.flights.entries()) {
        const until = lane.flights[index + 1]?.started ?? Infinity;
        placed.push({ flight, top: below, until, crowd: isCrowd(flight) });
      }
      below += lane.height + GAP;
    }
    bands.push({ name: own[0]?.name ?? '', top, height: below - GAP + FOOT - top, flights: placed });
    top = below - GAP + FOOT;
  }
  return bands;
}

function isCrowd({ joined }: FlightSeen): boolean {
  return joined > MOST_LINES;
}

function heightOf(flight: FlightSeen): number {
  return BAR + (isCrowd(flight) ? CROWD : flight.callers.length * ROW);
}
