/** How {@link showTimeline} shows flights. */
export interface TimelineOptions {
  /**
   * How many milliseconds are visible.
   *
   * @defaultValue 10000
   */
  readonly span?: number | undefined;
}
