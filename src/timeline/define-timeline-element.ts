import type { Subscription } from 'rxjs';
import { renderTimeline } from './render-timeline.js';
import type { TimelineElement } from './timeline-element.js';
import type { WatchedRegistries } from './watched-flights.js';

const NAME = 'rxjs-coalesce-timeline';

/**
 * Defines the custom element `<rxjs-coalesce-timeline>`, for templates. Set its property `registries` to what it should show.
 *
 * Does nothing if the element is already defined, or on a server, where there are no elements.
 *
 * @see {@link showTimeline}, which needs no custom element; {@link TimelineElement}
 *
 * @example
 * ```ts compiled
 * import { coalesced } from 'rxjs-coalesce';
 * import { defineTimelineElement } from 'rxjs-coalesce/timeline';
 *
 * defineTimelineElement();
 *
 * const loadUser = coalesced((id: number) => fetch(`/users/${id}`).then((response) => response.json()));
 * const timeline = document.createElement('rxjs-coalesce-timeline');
 * timeline.registries = { users: loadUser.inFlight };
 * document.body.append(timeline);
 * ```
 */
export function defineTimelineElement(): void {
  if (typeof customElements === 'undefined' || customElements.get(NAME) !== undefined) return;

  // Declared inside the function, because a server that imports this module has no HTMLElement to extend.
  class Timeline extends HTMLElement implements TimelineElement {
    #registries: WatchedRegistries | null | undefined;
    #shown: Subscription | undefined;

    constructor() {
      super();
      this.attachShadow({ mode: 'open' });
      // If the property was set before the element was defined, it would hide the accessor.
      const given = Object.getOwnPropertyDescriptor(this, 'registries');
      if (given !== undefined) {
        delete (this as Partial<TimelineElement>).registries;
        this.registries = given.value as WatchedRegistries;
      }
    }

    get registries(): WatchedRegistries | null | undefined {
      return this.#registries;
    }

    set registries(registries: WatchedRegistries | null | undefined) {
      this.#registries = registries;
      this.#show();
    }

    connectedCallback(): void {
      this.#show();
    }

    disconnectedCallback(): void {
      this.#shown?.unsubscribe();
    }

    #show(): void {
      this.#shown?.unsubscribe();
      if (!this.isConnected || !this.#registries || this.shadowRoot === null) return;
      const span = this.getAttribute('span');
      const options = span === null ? {} : { span: Number(span) };
      this.#shown = renderTimeline(NAME, this.shadowRoot, this.#registries, options);
    }
  }

  customElements.define(NAME, Timeline);
}
