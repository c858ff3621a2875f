import type { Codec } from './codec.js';

/** How flights reach beyond their own thread or process, whatever the medium. */
export interface AcrossConfig {
  /**
   * How many ms a call waits for the medium, or for a word of a leader that nobody can find, before it runs apart: a number of at
   * least 0. A leader that is slow, but has been heard, is waited for as long as its callers wish.
   *
   * @defaultValue 2000
   */
  patience?: number | undefined;

  /**
   * How values and errors cross.
   *
   * @defaultValue plain data as it is, and errors by name, message, stack, code, cause and plain properties
   */
  codec?: Codec | undefined;
}
