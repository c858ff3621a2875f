import type { Subscription } from 'rxjs';
import { unexpected } from '../config/unexpected.js';
import { renderTimeline } from './render-timeline.js';
import type { TimelineOptions } from './timeline-options.js';
import type { WatchedRegistries } from './watched-flights.js';

/**
 * Draws flights into a page as they happen: which caller leads, which ones join and leave, and how each flight ends. Dashed outlines
 * show what would have run without coalescing.
 *
 * It only listens to `events`, so it does not change sharing or errors. Its memory is bounded.
 * Keys and errors are shown as text, never as HTML. It follows the page's `color-scheme` and `prefers-reduced-motion`. Its
 * styles stay inside its shadow root, and need no exception in a Content Security Policy.
 *
 * @param element - the element to which the timeline is appended
 * @param registries - a registry, an array of them, or an object with registries by their names
 * @param options - `span`: how many milliseconds are visible, by default 10000
 * @returns a subscription; unsubscribe it to remove the timeline
 * @throws TypeError if `element` is not an element, `registries` contains something without `events`, or an option is wrong
 * @see {@link defineTimelineElement} for a custom element, {@link describeFlights} for text
 *
 * @example
 * ```ts compiled
 * import { coalesced } from 'rxjs-coalesce';
 * import { showTimeline } from 'rxjs-coalesce/timeline';
 *
 * const loadUser = coalesced((id: number) => fetch(`/users/${id}`).then((response) => response.json()));
 * const loadOrders = coalesced((page: number) => fetch(`/orders?page=${page}`).then((response) => response.json()));
 *
 * const shown = showTimeline(document.body, { users: loadUser.inFlight, orders: loadOrders.inFlight });
 * // When it is no longer needed:
 * shown.unsubscribe();
 * ```
 */
export function showTimeline(element: Element, registries: WatchedRegistries, options?: TimelineOptions): Subscription {
  // Not `instanceof`, because an element of another window has another class.
  if ((element as Element | null | undefined)?.nodeType !== 1) {
    throw unexpected('showTimeline', 'element', 'an element', element);
  }
  const host = element.ownerDocument.createElement('div');
  const shown = renderTimeline('showTimeline', host.attachShadow({ mode: 'open' }), registries, options);
  element.append(host);
  shown.add(() => host.remove());
  return shown;
}
