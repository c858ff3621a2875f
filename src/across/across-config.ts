import type { Codec } from './codec.js';

/**
 * How flights are shared with other tabs, threads, processes or machines. Exported by `rxjs-coalesce/web` and `rxjs-coalesce/redis`.
 */
export interface AcrossConfig {
  /**
   * How many ms a call waits for the medium, or for a leader that does not answer, before it runs by itself: a number of at least 0.
   * Once a leader has answered, its callers wait for it without limit.
   *
   * @defaultValue 2000
   */
  patience?: number | undefined;

  /**
   * How values that are not plain data are sent to the others.
   *
   * @defaultValue none: plain data is sent as it is; errors are sent with name, message, stack, code, cause and plain properties
   */
  codec?: Codec | undefined;
}
