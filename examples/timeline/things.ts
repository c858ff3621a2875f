import type { Observable } from 'rxjs';
import type { Part, Tally } from './api.js';

/** What a play of a scene asks for its things: a server, or what stands for one. */
export interface Things {
  /** The name of the play. */
  readonly play: string;
  /** Requests the thing when it is subscribed, emits its values as they come, and hangs up when nobody listens. */
  readonly get: (key: string) => Observable<Part>;
  /** Writes, so that the thing has another version. */
  readonly put: (key: string) => Promise<void>;
  /** The counts, once no request of this play is pending. */
  tally(): Promise<Tally>;
}
