import { ReplaySubject, takeUntil } from 'rxjs';
import type { FlightEvent } from 'rxjs-coalesce';
import type { Settings } from './api.js';
import type { Feed } from './feed.js';
import { Figure } from './figure.js';
import { Narrated } from './narrated.js';
import type { Stage } from './scenes/scene.js';
import type { Things } from './things.js';

export interface NamingStage extends Stage {
  /** What happens in `act` is this caller's doing. */
  readonly as: <R>(name: string, act: () => R) => R;
}

interface Side {
  readonly figure: Figure;
  readonly things: Things;
  seen?: Narrated;
}

/** One play of a scene or of the console: its stages, their figures, and the end of it all. */
export class Play {
  readonly #settings: () => Settings;
  readonly #thingsOf: new (play: string, settings: () => Settings) => Things;
  readonly #span: () => number;
  readonly #feed: Feed;
  readonly #figures: HTMLElement;
  readonly #sides: Side[] = [];
  readonly #stopped = new ReplaySubject<void>(1);
  readonly #id = Math.random().toString(36).slice(2);
  #over = false;

  constructor(
    thingsOf: new (play: string, settings: () => Settings) => Things,
    settings: () => Settings,
    span: () => number,
    feed: Feed,
    figures: HTMLElement,
  ) {
    this.#thingsOf = thingsOf;
    this.#settings = settings;
    this.#span = span;
    this.#feed = feed;
    this.#figures = figures;
    figures.replaceChildren();
    feed.clear();
  }

  get over(): boolean {
    return this.#over;
  }

  get busy(): boolean {
    return this.#sides.some(({ seen }) => seen?.busy === true);
  }

  /** The names of the plays on the server. */
  get plays(): string[] {
    return this.#sides.map(({ things }) => things.play);
  }

  stage(title = 'rxjs-coalesce'): NamingStage {
    const things = new this.#thingsOf(`${this.#id}-${this.#sides.length + 1}`, this.#settings);
    const side: Side = { figure: new Figure(title), things };
    const tag = this.#sides.length === 0 ? '' : ' (by hand)';
    this.#sides.push(side);
    this.#figures.append(side.figure.element);
    const seen = (): Narrated => {
      if (side.seen === undefined) throw new Error('Nothing is watched yet');
      return side.seen;
    };
    return {
      get: (key) => seen().values(things.get(key)).pipe(takeUntil(this.#stopped)),
      put: async (key) => {
        await things.put(key);
        this.#feed.add(`write of ${key}`);
      },
      watch: (inFlight) => {
        side.seen = new Narrated(inFlight);
        side.figure.show(side.seen, this.#span());
        this.#report(side.seen, tag);
      },
      as: (name, act) => seen().as(name, act),
      caller: (name) => seen().caller(name),
      observer: (name = '') => ({
        next: ({ request, version, value }) => {
          if (name !== '') this.#feed.add(`${name}${tag} gets request ${request}, version ${version}, value ${value}`);
        },
        error: (error: unknown) => this.#feed.add(`${name || 'a caller'}${tag} gets the error: ${messageOf(error)}`),
        complete: () => undefined,
      }),
      wait: (share) => this.#wait(share * this.#settings().latency),
      beside: (other) => this.stage(other),
    };
  }

  /** Waits until nothing is in flight and the server agrees; false if it was stopped before. */
  async quiet(): Promise<boolean> {
    while (this.busy && !this.#over) await pause(30);
    // By the next frame the pictures show everything, and describe it.
    await new Promise((resolve) => requestAnimationFrame(resolve));
    for (const { figure, things } of this.#sides) figure.showTally(await things.tally());
    return !this.#over && !this.busy;
  }

  inWords(): string {
    return this.#sides.map(({ figure }) => figure.inWords).join(' By hand: ');
  }

  stop(): void {
    this.#over = true;
    this.#stopped.next();
    for (const { seen, figure } of this.#sides) {
      seen?.stop();
      figure.stop();
    }
  }

  #report({ events }: Narrated, tag: string): void {
    events.pipe(takeUntil(this.#stopped)).subscribe({
      next: (event) => {
        if (event.type === 'value') return;
        const { type, key, flight, callers } = event as FlightEvent<string>;
        this.#feed.add(`${type} ${key}${tag}, flight ${flight}`, ` — ${callers.toLocaleString('en')} waiting`);
      },
      error: () => this.stop(),
    });
  }

  /** Never resolves once stopped, so that the code after it does not run. */
  async #wait(milliseconds: number): Promise<void> {
    await pause(milliseconds);
    if (this.#over) await new Promise(() => undefined);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
