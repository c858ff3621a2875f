/** One caller of a flight. Without `left`, it waits until the flight ends. */
export interface CallerSeen {
  /** The name, if an event contained it; otherwise empty. */
  readonly name: string;
  readonly joined: number;
  readonly left?: number;
}

/** Where a flight runs since `at`, if its registry is shared with other participants. */
export interface Role {
  readonly at: number;
  readonly type: 'lead' | 'follow' | 'apart';
  /** The leader that it follows, or the reason why it runs apart. */
  readonly detail: string;
}

/** What has been observed of one flight. All times are times of `performance.now()`, or `-Infinity`: before the observation began. */
export interface FlightSeen {
  /** Undefined for a flight that is older than the observation, until an event has its number. */
  readonly number: number | undefined;
  readonly key: unknown;
  /** The key as readable text. */
  readonly name: string;
  readonly started: number;
  /** The callers in the order in which they joined, the leader first. Their number is limited. */
  readonly callers: readonly CallerSeen[];
  /** How many callers have joined. */
  readonly joined: number;
  /** How many callers have not left. */
  readonly waiting: number;
  /** Whether it is unknown which of several callers has left. Then only the number of `callers` is right. */
  readonly guessed: boolean;
  /** When it emitted its values. */
  readonly values: readonly number[];
  readonly roles: readonly Role[];
  readonly forgotten?: number;
  readonly ended?: number;
  /** `lost`: `events` ended first, so the end is unknown. */
  readonly ending?: 'complete' | 'error' | 'cancel' | 'abort' | 'lost';
  /** The error or the abort reason, as readable text. */
  readonly error?: string;
}
