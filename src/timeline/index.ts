export { defineTimelineElement } from './define-timeline-element.js';
export { describeFlights } from './describe-flights.js';
export { showTimeline } from './show-timeline.js';
export type { TimelineElement } from './timeline-element.js';
export type { TimelineOptions } from './timeline-options.js';
export type { WatchedEvent, WatchedFlights, WatchedRegistries } from './watched-flights.js';
