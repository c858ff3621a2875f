import * as fc from 'fast-check';
import type { Away } from './network.js';

/** What a run does: how many values it has, and how often; how it ends; and how it is shared. */
export interface Shape {
  readonly values: number;
  readonly every: number;
  readonly end: 'complete' | 'error' | 'never';
  readonly reset: boolean | number;
  readonly buffer: number;
}

export type Action = { readonly at: number; readonly who: number } & (
  | {
      readonly do: 'call';
      readonly key: number;
      readonly shape: Shape;
      readonly leave: number | undefined;
      readonly promise: boolean;
    }
  | { readonly do: 'forget' | 'abort'; readonly key: number }
  | { readonly do: 'crash' | 'close' | 'lose' }
  | { readonly do: 'pause'; readonly ms: number }
  | { readonly do: 'cut'; readonly from: number; readonly ms: number }
  | { readonly do: 'away'; readonly how: Away; readonly ms: number }
);

export interface Schedule {
  readonly participants: number;
  readonly locks: boolean;
  readonly lost: number;
  readonly doubled: number;
  readonly delay: number;
  readonly seed: number;
  readonly actions: readonly Action[];
}

/** In the simulations: ms that a call waits, and that a key is held. */
export const patience = 300;
export const lease = 600;
/** When the last action is, at most. */
const span = 3000;

const shape: fc.Arbitrary<Shape> = fc.record({
  values: fc.integer({ min: 0, max: 4 }),
  every: fc.constantFrom(0, 1, 10, 100, 400),
  end: fc.constantFrom('complete', 'complete', 'error', 'never'),
  // A notifier that emits at once is as good as none.
  reset: fc.constantFrom<(boolean | number)[]>(true, true, true, false, 50, 0),
  buffer: fc.constantFrom(Infinity, Infinity, 1, 0),
});

const at = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: span }));
const who = fc.nat(3);
const key = fc.nat(1);
const ms = fc.constantFrom(20, 200, 700, 1500);

const call: fc.Arbitrary<Action> = fc.record({
  at,
  who,
  do: fc.constant('call' as const),
  key,
  shape,
  leave: fc.option(fc.constantFrom(0, 5, 30, 200, 1000), { nil: undefined }),
  promise: fc.boolean(),
});
const steering: fc.Arbitrary<Action> = fc.record({
  at,
  who,
  do: fc.constantFrom('forget' as const, 'abort' as const),
  key,
});
/** A single loss must be repaired without a trace. */
const loss: fc.Arbitrary<Action> = fc.record({ at, who, do: fc.constant('lose' as const) });
const faults: readonly fc.Arbitrary<Action>[] = [
  fc.record({ at, who, do: fc.constantFrom('crash' as const, 'close' as const, 'lose' as const) }),
  fc.record({ at, who, do: fc.constant('pause' as const), ms }),
  fc.record({ at, who, do: fc.constant('cut' as const), from: fc.integer({ min: -1, max: 3 }), ms }),
  fc.record({
    at,
    who,
    do: fc.constant('away' as const),
    how: fc.constantFrom<Away[]>('silent', 'refuses', 'late'),
    ms,
  }),
];

/** Some of them without faults, or with little loss, for which more is promised. */
export const schedules: fc.Arbitrary<Schedule> = fc.constantFrom('none', 'loss', 'any', 'any').chain((faulty) =>
  fc.record({
    participants: fc.integer({ min: 1, max: 4 }),
    locks: fc.boolean(),
    lost: faulty === 'any' ? fc.constantFrom(0, 0, 5, 25) : fc.constant(0),
    doubled: faulty === 'any' ? fc.constantFrom(0, 0, 20) : fc.constant(0),
    delay: fc.constantFrom(1, 5, 20),
    seed: fc.nat(2 ** 30),
    actions: fc.array(
      fc.oneof(
        { weight: 8, arbitrary: call },
        { weight: 1, arbitrary: steering },
        ...(faulty === 'loss'
          ? [{ weight: 1, arbitrary: loss }]
          : faulty === 'any'
            ? faults.map((arbitrary) => ({ weight: 1, arbitrary }))
            : []),
      ),
      { minLength: 1, maxLength: 16 },
    ),
  }),
);

/** Whether nothing happens in it that excuses another run, or a flight that runs apart. */
export function isFaultless({ lost, doubled, actions }: Schedule): boolean {
  return (
    lost === 0 &&
    doubled === 0 &&
    actions.every(({ do: what }) => what === 'call' || what === 'forget' || what === 'abort')
  );
}

/** Whether only messages are lost in it, and so few that no lease and no leader is lost. */
export function losesLittle({ lost, actions }: Schedule): boolean {
  const faults = actions.filter(({ do: what }) => what !== 'call' && what !== 'forget' && what !== 'abort');
  return lost === 0 && faults.length <= 2 && faults.every(({ do: what }) => what === 'lose');
}

export function render({ actions, ...network }: Schedule): string {
  return [
    JSON.stringify(network),
    ...[...actions].sort((a, b) => a.at - b.at).map((action) => JSON.stringify(action)),
  ].join('\n');
}
