/** One caller of a flight. Without `left` it waits until the flight has ended. */
export interface CallerSeen {
  /** Empty unless an event said it. */
  readonly name: string;
  readonly joined: number;
  readonly left?: number;
}

/** Where a flight of a registry that reaches beyond its process runs, since `at`. */
export interface Role {
  readonly at: number;
  readonly type: 'lead' | 'follow' | 'apart';
  /** Whom it follows, or why it runs apart. */
  readonly detail: string;
}

/** What has been seen of one flight. All times are those of `performance.now()`, or `-Infinity`: before anybody watched. */
export interface FlightSeen {
  /** Unknown of a flight that was there before, as long as no event named it. */
  readonly number: number | undefined;
  readonly key: unknown;
  /** The key in words. */
  readonly name: string;
  readonly started: number;
  /** In the order in which they joined, the leader first; of a crowd only so many. */
  readonly callers: readonly CallerSeen[];
  /** How many ever joined. */
  readonly joined: number;
  /** How many have not left. */
  readonly waiting: number;
  /** Whether somebody has left who may have been any of several: then `callers` is right in number only. */
  readonly guessed: boolean;
  readonly values: readonly number[];
  readonly roles: readonly Role[];
  readonly forgotten?: number;
  readonly ended?: number;
  /** `lost`: whoever watches was cut off, and cannot know. */
  readonly ending?: 'complete' | 'error' | 'cancel' | 'abort' | 'lost';
  /** What it failed or was aborted with, in words. */
  readonly error?: string;
}
