import { asyncJoin, asyncLead, hops } from './questions/async.js';
import { coalesceByPending, coalesceBySynchronous, coalesceByWindowed } from './questions/coalesce-by.js';
import { features, signals } from './questions/features.js';
import { inFlightKeys, turnover } from './questions/in-flight-keys.js';
import { deliver, join, leave } from './questions/join.js';
import { keys, primitiveKey } from './questions/keys.js';
import { lead, leadPromise, leadSynchronously } from './questions/lead.js';
import { asyncBytesPerCaller, asyncBytesPerKey, bytesPerCaller, bytesPerKey, heapLeft } from './questions/memory.js';

/**
 * All that is asked. A question has `variants`, and `sizes` if the answer depends on one, and either `prepare(variant, size)`
 * for what is to be timed, or `figure(variant, size)` for what is found out otherwise.
 * What is timed has a `run()` that returns its answers, and may have a `before()` that is not timed.
 * `feasible(variant, size)` leaves out what would take too long.
 */
export const questions = [
  lead,
  leadSynchronously,
  leadPromise,
  asyncLead,
  hops,
  join,
  deliver,
  asyncJoin,
  leave,
  coalesceByPending,
  coalesceByWindowed,
  coalesceBySynchronous,
  features,
  signals,
  inFlightKeys,
  turnover,
  keys,
  primitiveKey,
  bytesPerKey,
  bytesPerCaller,
  asyncBytesPerKey,
  asyncBytesPerCaller,
  heapLeft,
];

/** Those that any of the words names; all of them without a word. */
export function questionsNamed(words) {
  return questions.filter(({ name }) => words.length === 0 || words.some((word) => isNamed(name, word)));
}

/** By its whole name, its beginning or a part: `join` names `async-join` too. */
function isNamed(name, word) {
  return name.startsWith(word) || name.split('-').includes(word);
}
