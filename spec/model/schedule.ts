import * as fc from 'fast-check';

/** What a run does as soon as it is subscribed to. */
export type SourceStep = 'next' | 'complete' | 'error';

export type RunSpec =
  | { readonly kind: 'source'; readonly sync: readonly SourceStep[] }
  | { readonly kind: 'promise' | 'abortable' | 'throws' | 'junk' };

export type NotifierKind = 'hand' | 'fires' | 'throws' | 'errors' | 'empty' | 'junk';
export type Place =
  | 'key'
  | 'fn'
  | 'subscribed'
  | 'next'
  | 'complete'
  | 'error'
  | 'leaving'
  | 'left'
  | 'teardown'
  | 'abort'
  | 'flight signal'
  | 'notifier made'
  | 'notifier subscribed'
  | 'notifier dropped';

/** Something done from inside a callback, the first time that it runs. */
export interface Reaction {
  readonly on: Place;
  readonly act: Act;
}

export type Face =
  | 'coalesced'
  | 'join'
  | 'decorated'
  | 'async'
  | 'async with signal'
  | 'promiseFrom with signal'
  | 'decorated async'
  | 'decorated async with signal';

export interface CallSpec {
  readonly face: Face;
  readonly registry: number;
  readonly key: string;
  readonly bufferSize: number;
  readonly linger: 'no' | 'yes' | NotifierKind;
  readonly run: RunSpec;
  /** Whether the caller has left before it calls. */
  readonly late: boolean;
  readonly reactions: readonly Reaction[];
}

export interface OperatorSpec {
  readonly bufferSize: number;
  readonly linger: 'no' | 'yes' | NotifierKind;
  readonly duplicates: 'join' | 'ignore';
  readonly concurrent: number;
  readonly reactions: readonly Reaction[];
}

/** A number that picks one of those that exist. */
export type Act =
  | { readonly do: 'call'; readonly call: CallSpec }
  | { readonly do: 'next' | 'complete'; readonly n: number }
  | { readonly do: 'call again'; readonly n: number }
  | { readonly do: 'leave' | 'fire' | 'end notifier' | 'unlisten' | 'finish operator'; readonly n: number }
  | { readonly do: 'error' | 'fail notifier' | 'fail operator'; readonly n: number; readonly error: number }
  | { readonly do: 'forget'; readonly registry: number; readonly key: string }
  | { readonly do: 'abort'; readonly registry: number; readonly key: string; readonly error: number }
  | { readonly do: 'forgetAll'; readonly registry: number }
  | { readonly do: 'abortAll'; readonly registry: number; readonly error: number }
  | { readonly do: 'listen'; readonly to: string; readonly act: Act }
  | { readonly do: 'operator'; readonly operator: OperatorSpec }
  | { readonly do: 'push'; readonly n: number; readonly call: CallSpec }
  | { readonly do: 'leave itself' | 'throw' };

export type Schedule = readonly Act[];

/** What a source may fail with, or `abort()` is passed: any value is an error. */
export const errors: readonly unknown[] = [undefined, null, 0, '', false, NaN, new Error('failed'), 'failed'];

/** A failing schedule is tried again with the first of its alternatives, which is the simplest. */
const toTheFirst = { withCrossShrink: true };
const n = fc.nat({ max: 7 });
const error = fc.nat({ max: errors.length - 1 });
/** Events of registry 0 are watched; nobody listens to those of registry 1. */
const registry = fc.oneof(
  toTheFirst,
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constant(1) },
);
const key = fc.oneof(
  toTheFirst,
  { weight: 4, arbitrary: fc.constant('a') },
  { weight: 1, arbitrary: fc.constantFrom('b', 'c') },
);
const bufferSize = fc.oneof(toTheFirst, { weight: 3, arbitrary: fc.constant(Infinity) }, fc.constantFrom(0, 1, 2));
const linger = fc.oneof(
  toTheFirst,
  { weight: 6, arbitrary: fc.constant('no' as const) },
  { weight: 2, arbitrary: fc.constantFrom('yes' as const) },
  { weight: 3, arbitrary: fc.constant('hand' as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'fires' as const,
      'throws' as const,
      'errors' as const,
      'empty' as const,
      'junk' as const,
    ),
  },
);
const run: fc.Arbitrary<RunSpec> = fc.oneof(
  toTheFirst,
  { weight: 5, arbitrary: fc.constant<RunSpec>({ kind: 'source', sync: [] }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('source' as const),
      sync: fc.array(fc.constantFrom<SourceStep>('next', 'next', 'complete', 'error'), { maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('promise' as const, 'abortable' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('throws' as const, 'junk' as const) }) },
);
const face = fc.oneof(
  toTheFirst,
  { weight: 4, arbitrary: fc.constantFrom<Face>('coalesced', 'join', 'decorated') },
  { weight: 3, arbitrary: fc.constantFrom<Face>('async', 'async with signal') },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Face>('promiseFrom with signal', 'decorated async', 'decorated async with signal'),
  },
);
const places: readonly Place[] = [
  'key',
  'fn',
  'subscribed',
  'next',
  'next',
  'complete',
  'error',
  'leaving',
  'left',
  'teardown',
  'abort',
  'flight signal',
  'notifier made',
  'notifier subscribed',
  'notifier dropped',
];
const eventTypes = ['start', 'join', 'leave', 'complete', 'error', 'cancel', 'abort', 'forget'];

function reactionsTo(depth: number, on: readonly Place[]): fc.Arbitrary<Reaction[]> {
  if (depth === 0) {
    return fc.constant<Reaction[]>([]);
  }
  return fc.array(fc.record({ on: fc.constantFrom(...on), act: reacting(depth - 1) }), { maxLength: 3 });
}

function reacting(depth: number): fc.Arbitrary<Act> {
  return fc.oneof(
    toTheFirst,
    { weight: 2, arbitrary: fc.constant<Act>({ do: 'leave itself' }) },
    { weight: 1, arbitrary: fc.constant<Act>({ do: 'throw' }) },
    { weight: 10, arbitrary: acting(depth) },
  );
}

type Chosen = { readonly [P in keyof CallSpec]?: fc.Arbitrary<CallSpec[P]> };

function calling(depth: number, chosen: Chosen = {}): fc.Arbitrary<CallSpec> {
  return fc.record({
    face,
    registry,
    key,
    bufferSize,
    linger,
    run,
    late: fc.oneof(toTheFirst, { weight: 20, arbitrary: fc.constant(false) }, fc.constant(true)),
    reactions: reactionsTo(depth, places),
    ...chosen,
  });
}

function operating(depth: number, concurrent: number[]): fc.Arbitrary<Act> {
  return fc.record({
    do: fc.constant('operator' as const),
    operator: fc.record({
      bufferSize,
      linger,
      duplicates: fc.constantFrom('join' as const, 'join' as const, 'ignore' as const),
      concurrent: fc.constantFrom(...concurrent),
      reactions: reactionsTo(depth, ['next', 'next', 'error', 'complete', 'leaving', 'left']),
    }),
  });
}

function acting(depth: number): fc.Arbitrary<Act> {
  return fc.oneof(
    toTheFirst,
    { weight: 12, arbitrary: fc.record({ do: fc.constant('call' as const), call: calling(depth) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('call again' as const), n }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('leave' as const), n }) },
    {
      weight: 9,
      arbitrary: fc.record({ do: fc.constantFrom('next' as const, 'next' as const, 'complete' as const), n }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('error' as const), n, error }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constantFrom('fire' as const, 'fire' as const, 'end notifier' as const), n }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constantFrom('fail notifier' as const, 'fail operator' as const), n, error }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('forget' as const), registry, key }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('abort' as const), registry, key, error }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('forgetAll' as const), registry }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('abortAll' as const), registry, error }) },
    ...(depth === 0
      ? []
      : [
          {
            weight: 3,
            arbitrary: fc.record({
              do: fc.constant('listen' as const),
              to: fc.constantFrom(...eventTypes),
              act: reacting(depth - 1),
            }),
          },
          { weight: 3, arbitrary: operating(depth, [1, 2, Infinity]) },
        ]),
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('unlisten' as const, 'finish operator' as const), n }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('push' as const), n, call: calling(depth) }) },
  );
}

function call(chosen: Chosen): fc.Arbitrary<Act> {
  return fc.record({ do: fc.constant('call' as const), call: calling(2, chosen) });
}

function push(): fc.Arbitrary<Act> {
  return fc.record({ do: fc.constant('push' as const), n: fc.constant(0), call: calling(1) });
}

/** A value whose handlers make the source go on, and make a call from inside a function, which does not wait. */
function joiningMidway(): fc.Arbitrary<Schedule> {
  const chosen: Chosen = { face: fc.constant('coalesced'), registry: fc.constant(0), linger: fc.constant('no') };
  const source = fc.constant<RunSpec>({ kind: 'source', sync: [] });
  const key = (name: string): Chosen => ({ ...chosen, key: fc.constant(name), run: source });
  const reacting = (on: Place, act: fc.Arbitrary<Act>): Chosen => ({
    reactions: act.map((act): Reaction[] => [{ on, act }]),
  });
  const called = (chosen: Chosen): fc.Arbitrary<Act> =>
    fc.record({ do: fc.constant('call' as const), call: calling(0, chosen) });
  const joins = called({ ...key('b'), ...reacting('fn', called(key('a'))) });
  return fc.tuple(
    called({ ...key('a'), ...reacting('next', fc.constant<Act>({ do: 'next', n: 0 })) }),
    called({ ...key('a'), ...reacting('next', joins) }),
    called(key('a')),
    fc.constant<Act>({ do: 'next', n: 0 }),
  );
}

/** Situations that chance alone seldom finds: a flight that lingers, values to replay, a queue. */
const beginning: fc.Arbitrary<Schedule> = fc.oneof(
  toTheFirst,
  { weight: 6, arbitrary: fc.constant([]) },
  {
    weight: 2,
    arbitrary: fc.tuple(
      call({
        face: fc.constantFrom('coalesced', 'join'),
        key: fc.constant('a'),
        linger: fc.constantFrom('hand', 'hand', 'fires'),
        reactions: reactionsTo(2, ['notifier made', 'notifier subscribed', 'notifier dropped']),
      }),
      fc.constant<Act>({ do: 'leave', n: 0 }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      call({ key: fc.constant('a'), run: fc.constant({ kind: 'source', sync: ['next', 'next', 'next'] }) }),
      call({ key: fc.constant('a'), reactions: reactionsTo(2, ['next']) }),
    ),
  },
  { weight: 2, arbitrary: fc.tuple(operating(2, [1, 2]), push(), push(), push(), push()) },
  { weight: 1, arbitrary: joiningMidway() },
);

export const schedules: fc.Arbitrary<Schedule> = fc
  .tuple(beginning, fc.array(acting(2), { minLength: 1, maxLength: 14, size: 'max' }))
  .map((parts) => parts.flat());

/** The schedule as a list of steps to read. */
export function render(schedule: Schedule): string {
  return schedule.map((act, step) => `${step + 1}. ${describe(act)}`).join('\n');
}

function describe(act: Act): string {
  switch (act.do) {
    case 'call':
      return `call ${describeCall(act.call, `${act.call.face} r${act.call.registry}`)}`;
    case 'push':
      return `push #${act.n} ${describeCall(act.call, 'value')}`;
    case 'operator': {
      const { bufferSize, linger, duplicates, concurrent, reactions } = act.operator;
      return `operator ${duplicates}, ${concurrent} at once${describeConfig(bufferSize, linger)}${describeReactions(reactions)}`;
    }
    case 'listen':
      return `listen, on ${act.to}: {${describe(act.act)}}`;
    case 'forget':
      return `forget r${act.registry} ${act.key}`;
    case 'abort':
      return `abort r${act.registry} ${act.key} with ${String(errors[act.error])}`;
    case 'forgetAll':
      return `forgetAll r${act.registry}`;
    case 'abortAll':
      return `abortAll r${act.registry} with ${String(errors[act.error])}`;
    case 'error':
    case 'fail notifier':
    case 'fail operator':
      return `${act.do} #${act.n} with ${String(errors[act.error])}`;
    case 'throw':
    case 'leave itself':
      return act.do;
    default:
      return `${act.do} #${act.n}`;
  }
}

function describeCall({ key, bufferSize, linger, run, late, reactions }: CallSpec, what: string): string {
  const source = run.kind === 'source' ? `source [${run.sync.join(' ')}]` : run.kind;
  return `${key} (${what})${late ? ' too late' : ''} of ${source}${describeConfig(bufferSize, linger)}${describeReactions(reactions)}`;
}

function describeConfig(bufferSize: number, linger: string): string {
  return `${bufferSize === Infinity ? '' : `, bufferSize ${bufferSize}`}${linger === 'no' ? '' : `, lingers: ${linger}`}`;
}

function describeReactions(reactions: readonly Reaction[]): string {
  return reactions.map(({ on, act }) => `; on ${on}: {${describe(act)}}`).join('');
}
