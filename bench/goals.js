/** The goals of the library, each beside the figure reached. */
import { ratios } from './measure.js';
import { median } from './statistics.js';

const us = 'rxjs-coalesce';

/** `over` is what the figure is divided by, `beyond` what is taken off it; both differ from it in what they name. */
const goals = [
  { goal: 'lead / bare', question: 'lead', over: { variant: 'bare' }, aim: 0.9, limit: 1.1 },
  { goal: 'lead / idiom', question: 'lead', over: { variant: 'idiom' }, aim: 0.5, limit: 0.75 },
  {
    goal: 'join and deliver, 100 callers / bare',
    question: 'join',
    size: 100,
    over: { variant: 'bare' },
    aim: 0.6,
    limit: 0.8,
  },
  {
    goal: 'deliver per caller, 10,000 / 100 callers',
    question: 'deliver',
    size: 10_000,
    over: { size: 100 },
    aim: 4,
    limit: 6,
  },
  {
    goal: 'deliver to 100,000 callers of one flight',
    question: 'deliver',
    size: 100_000,
    times: 0.1,
    unit: 'ms',
    aim: 25,
    limit: 100,
  },
  { goal: 'synchronous lead / bare', question: 'lead-sync', over: { variant: 'bare' }, aim: 0.85, limit: 1.05 },
  { goal: 'promise lead / bare', question: 'lead-promise', over: { variant: 'bare' }, aim: 0.8, limit: 1 },
  { goal: 'async lead / Map floor', question: 'async-lead', over: { variant: 'Map floor' }, aim: 1.35, limit: 1.6 },
  { goal: 'async lead, extra microtask hops', question: 'hops', unit: 'hops', aim: 1, limit: 1 },
  {
    goal: 'async join, 100 callers / Map floor',
    question: 'async-join',
    size: 100,
    over: { variant: 'Map floor' },
    aim: 1.2,
    limit: 1.4,
  },
  { goal: 'async lead / p-memoize', question: 'async-lead', over: { variant: 'p-memoize' }, aim: 0.95, limit: 1.1 },
  {
    goal: 'coalesceBy, 100,000 values over 100 pending keys, per value',
    question: 'coalesceBy-pending',
    size: 100_000,
    unit: 'ns',
    aim: 60,
    limit: 120,
  },
  {
    goal: 'coalesceBy pending per value, 100,000 / 10,000 values',
    question: 'coalesceBy-pending',
    size: 100_000,
    over: { size: 10_000 },
    aim: 1,
    limit: 1.5,
  },
  {
    goal: 'coalesceBy pending per value, 1,000,000 / 100,000 values',
    question: 'coalesceBy-pending',
    size: 1_000_000,
    over: { size: 100_000 },
    aim: 1,
    limit: 1.5,
  },
  {
    goal: 'coalesceBy, ten joins a flight / plain mergeMap',
    question: 'coalesceBy-windowed',
    size: 10_000,
    over: { variant: 'mergeMap' },
    aim: 0.1,
    limit: 0.3,
  },
  {
    goal: 'coalesceBy, synchronous inner / idiom',
    question: 'coalesceBy-sync',
    size: 100_000,
    over: { variant: 'mergeMap + idiom' },
    aim: 0.9,
    limit: 1,
  },
  { goal: 'bytes per key in flight, Observable', question: 'bytes-per-key', unit: 'B', aim: 1900, limit: 2200 },
  { goal: 'bytes per caller, Observable', question: 'bytes-per-caller', unit: 'B', aim: 480, limit: 560 },
  { goal: 'bytes per key in flight, promise', question: 'async-bytes-per-key', unit: 'B', aim: 450, limit: 800 },
  { goal: 'bytes per caller, promise', question: 'async-bytes-per-caller', unit: 'B', aim: 1, limit: 16 },
  { goal: 'heap left, registry empty', question: 'heap-left', unit: 'MB', aim: 0.5, limit: 1 },
  {
    goal: 'lead, 10,000 keys in flight / 100',
    question: 'in-flight-keys',
    size: 10_000,
    over: { size: 100 },
    aim: 1.4,
    limit: 2,
  },
  {
    goal: 'lead, 1,000,000 keys in flight / 100',
    question: 'in-flight-keys',
    size: 1_000_000,
    over: { size: 100 },
    aim: 4,
    limit: 6,
  },
  {
    goal: 'structural key, flat object / JSON.stringify',
    question: 'keys',
    size: 'a flat object',
    over: { variant: 'JSON.stringify' },
    aim: 1.15,
    limit: 1.5,
  },
  {
    goal: 'structural key, nested object / JSON.stringify',
    question: 'keys',
    size: 'a nested object',
    over: { variant: 'JSON.stringify' },
    aim: 1.15,
    limit: 1.5,
  },
  ...['a number', 'a string'].map((size) => ({
    goal: `key of ${size}, beyond Map.get`,
    question: 'primitive-key',
    size,
    beyond: { variant: 'as it is' },
    unit: 'ns',
    aim: 10,
    limit: 20,
  })),
];

/** The goals whose questions have been asked, with the figure reached and its spread. */
export function reached(answers) {
  return goals
    .filter(({ question }) => answers.has(question))
    .map((goal) => {
      const values = valuesOf(goal, answers.get(goal.question));
      return { ...goal, value: median(values), least: Math.min(...values), most: Math.max(...values) };
    });
}

function valuesOf({ size = '', over, beyond, times = 1 }, rows) {
  const samplesOf = (other) => {
    const named = { variant: us, size, ...other };
    return rows.find((row) => row.size === named.size && row.variant === named.variant).samples;
  };
  if (over) return ratios(samplesOf(), samplesOf(over));
  const offset = beyond ? median(samplesOf(beyond)) : 0;
  return samplesOf().map((sample) => (sample - offset) * times);
}

export const isBroken = ({ value, limit }) => value > limit;
