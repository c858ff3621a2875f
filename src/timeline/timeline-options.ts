/** How {@link showTimeline} shows flights. */
export interface TimelineOptions {
  /**
   * How many milliseconds are in view.
   *
   * @defaultValue 10000
   */
  readonly span?: number | undefined;
}
