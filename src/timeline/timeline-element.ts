import type { WatchedRegistries } from './watched-flights.js';

/**
 * The element `<rxjs-coalesce-timeline>`. It draws what {@link showTimeline} draws, as long as it is in the document.
 *
 * Its attribute `span` is the number of milliseconds that are visible. It is read when the element begins to draw.
 */
export interface TimelineElement extends HTMLElement {
  /** The registries to show, by default none. Setting it starts a new drawing. */
  registries: WatchedRegistries | null | undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    'rxjs-coalesce-timeline': TimelineElement;
  }
}
