import type { FlightSeen } from './observe-flights.js';

/** A flight and where it has its place. */
export interface Placed {
  readonly flight: FlightSeen;
  readonly top: number;
  /** When the next one begins in the same place. */
  readonly until: number;
  /** Too many callers for a line each. */
  readonly crowd: boolean;
}

export interface Band {
  readonly key: unknown;
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

/** A band for each key; flights of one key that overlap, as after a forget, have places below each other. */
export function arrange(flights: readonly FlightSeen[], top: number, now: number): Band[] {
  const byKey = new Map<unknown, FlightSeen[]>();
  for (const flight of flights) byKey.set(flight.key, [...(byKey.get(flight.key) ?? []), flight]);

  const bands: Band[] = [];
  for (const [key, own] of byKey) {
    const lanes: { readonly flights: FlightSeen[]; height: number }[] = [];
    for (const flight of own) {
      const lane = lanes.find((each) => (each.flights.at(-1)?.ended ?? now) <= flight.started) ?? {
        flights: [],
        height: 0,
      };
      if (lane.flights.length === 0) lanes.push(lane);
      lane.flights.push(flight);
      lane.height = Math.max(lane.height, heightOf(flight));
    }
    let below = top + HEAD;
    const placed: Placed[] = [];
    for (const lane of lanes) {
      placed.push(
        ...lane.flights.map((flight, index) => {
          const until = lane.flights[index + 1]?.started ?? Infinity;
          return { flight, top: below, until, crowd: isCrowd(flight) };
        }),
      );
      below += lane.height + GAP;
    }
    bands.push({ key, top, height: below - GAP + FOOT - top, flights: placed });
    top = below - GAP + FOOT;
  }
  return bands;
}

function isCrowd({ callers }: FlightSeen): boolean {
  return callers.length > MOST_LINES;
}

function heightOf(flight: FlightSeen): number {
  return BAR + (isCrowd(flight) ? CROWD : flight.callers.length * ROW);
}
