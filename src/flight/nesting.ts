/**
 * How many coalesced functions and listeners of events are running, one inside another. They ask on their own account: a call made
 * from inside one is not made from inside a `next` around it, which began less deep.
 */
export const nesting = { depth: 0 };
