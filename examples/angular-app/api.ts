/** What the page and its server send to each other. */
export interface Person {
  readonly id: number;
  readonly name: string;
  readonly role: string;
  readonly status: string;
}

export interface Project {
  readonly id: number;
  readonly name: string;
}

/** Hours on call this week, by the id of the person. */
export type Hours = Readonly<Record<number, number>>;

/** Whether the page coalesces. */
export type Mode = 'with' | 'without';

export type Kind = 'people' | 'projects' | 'presence' | 'hours' | 'writes';

/** What the server has counted since the page began to load in this mode. */
export interface Tally {
  readonly received: Readonly<Record<Kind, number>>;
  readonly aborted: number;
  readonly inFlight: number;
}

export type Tallies = Readonly<Record<Mode, Tally>>;
