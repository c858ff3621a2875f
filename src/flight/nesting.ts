/**
 * How many coalesced functions and listeners of events are running, one inside another. A call from inside one of them does not
 * count as a call from inside the `next` around it, whose depth is lower.
 */
export const nesting = { depth: 0 };
