import type { Subscription } from 'rxjs';
import { unexpected } from '../config/unexpected.js';
import { renderTimeline } from './render-timeline.js';
import type { TimelineOptions } from './timeline-options.js';
import type { WatchedRegistries } from './watched-flights.js';

/**
 * Draws flights into a page as they happen: who leads, who joins and leaves, how each flight ends, and, dashed, what would have
 * run without coalescing.
 *
 * It only listens to `events`, so sharing and errors stay as they are. What it remembers is bounded, whatever the flights do.
 * Keys and errors are shown as text and never parsed. It follows the page's `color-scheme` and `prefers-reduced-motion`; its
 * styles neither leave its shadow root nor need an exception from a Content Security Policy.
 *
 * @param element - where it is appended
 * @param registries - a registry, an array of them, or an object that names them
 * @param options - how much time is in view
 * @returns what removes it when it is unsubscribed
 * @throws TypeError if `element` is no element, `registries` has something without `events`, or an option is wrong
 * @see {@link defineTimelineElement} for the same as an element, {@link describeFlights} for text
 *
 * @example
 * ```ts compiled
 * import { coalesced } from 'rxjs-coalesce';
 * import { showTimeline } from 'rxjs-coalesce/timeline';
 *
 * const loadUser = coalesced((id: number) => fetch(`/users/${id}`));
 * const loadOrders = coalesced((page: number) => fetch(`/orders?page=${page}`));
 *
 * const shown = showTimeline(document.body, { users: loadUser.inFlight, orders: loadOrders.inFlight });
 * // When it is no longer needed:
 * shown.unsubscribe();
 * ```
 */
export function showTimeline(element: Element, registries: WatchedRegistries, options?: TimelineOptions): Subscription {
  // Not by `instanceof`: another window has other classes.
  if ((element as Element | null | undefined)?.nodeType !== 1) {
    throw unexpected('showTimeline', 'element', 'an element', element);
  }
  const host = element.ownerDocument.createElement('div');
  const shown = renderTimeline('showTimeline', host.attachShadow({ mode: 'open' }), registries, options);
  element.append(host);
  shown.add(() => host.remove());
  return shown;
}
