import type { WatchedRegistries } from './watched-flights.js';

/**
 * The element `<rxjs-coalesce-timeline>`: what {@link showTimeline} draws, for as long as it is in the document.
 *
 * Its attribute `span`, read when it begins to show, is how many milliseconds are in view.
 */
export interface TimelineElement extends HTMLElement {
  /** What it shows; nothing by default. It begins afresh when this is set. */
  registries: WatchedRegistries | null | undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    'rxjs-coalesce-timeline': TimelineElement;
  }
}
