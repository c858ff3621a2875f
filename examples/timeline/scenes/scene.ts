import type { Observable, Observer } from 'rxjs';
import type { FlightEvent } from 'rxjs-coalesce';
import type { Part, Settings } from '../api.js';

/** A story that plays in one click. */
export interface Scene {
  /** In the address, and the name of its file. */
  readonly id: string;
  readonly title: string;
  /** Two lines. */
  readonly caption: readonly [string, string];
  readonly settings?: Partial<Settings>;
  /** How long it lasts, measured by the server's latency. */
  readonly lasts: number;
  play(stage: Stage): Promise<void>;
}

/** What a scene has to play with. */
export interface Stage {
  /** Requests a thing from the server. */
  readonly get: (key: string) => Observable<Part>;
  /** Writes it. */
  readonly put: (key: string) => Promise<void>;
  /** Shows the flights of a registry. */
  readonly watch: (inFlight: { readonly events: Observable<FlightEvent<string>> }) => void;
  /** Names the caller. */
  readonly caller: (name: string) => (source: Observable<Part>) => Observable<Part>;
  /** An observer that logs what a caller receives. */
  readonly observer: (name?: string) => Observer<Part>;
  /** Waits for a share of the server's latency. */
  readonly wait: (share: number) => Promise<void>;
  /** Another stage below this one. */
  readonly beside: (title: string) => Stage;
}
