import { patience, render, type Action, type Schedule, type Shape } from './schedule.js';
import { World } from './world.js';

const shape: Shape = { values: 1, every: 1, end: 'complete', reset: true, buffer: Infinity };

function call(who: number): Action {
  return { at: 0, who, do: 'call', key: 0, shape, leave: undefined, promise: false };
}

/** Three calls of two participants, and one fault, which may come at any time. */
export const cases: readonly Schedule[] = [false, true].flatMap((locks) =>
  [
    [call(0), call(1), call(0)],
    [call(0), call(1), call(1)],
  ].flatMap((calls) =>
    faults(locks).map((fault) => ({
      participants: 2,
      locks,
      lost: 0,
      doubled: 0,
      delay: 1,
      seed: 0,
      actions: [...calls, fault],
    })),
  ),
);

function faults(locks: boolean): readonly Action[] {
  const both: readonly Action[] = [
    { at: 0, who: 0, do: 'crash' },
    { at: 0, who: 0, do: 'pause', ms: 1500 },
  ];
  return locks
    ? both
    : [...both, { at: 0, who: 0, do: 'lose' }, { at: 0, who: 0, do: 'away', how: 'late', ms: patience + 200 }];
}

/**
 * Plays a case in every order that is possible, or in as many as `most`, from the last on: what comes early is what all have in common.
 * Returns how many there were, and the first that does not keep the laws.
 */
export async function playAll(schedule: Schedule, most = Infinity): Promise<{ orders: number; failure?: string }> {
  let path: number[] = [];
  for (let orders = 1; ; orders++) {
    const lanes: number[] = [];
    try {
      await World.play(schedule, (count) => {
        lanes.push(count);
        return path[lanes.length - 1] ?? 0;
      });
    } catch (error) {
      return {
        orders,
        failure: [render(schedule), `in the order ${path.join()}`, (error as Error).message].join('\n'),
      };
    }
    path = lanes.map((_, step) => path[step] ?? 0);
    while (path.length > 0 && (path.at(-1) as number) + 1 >= (lanes[path.length - 1] as number)) {
      path.pop();
    }
    if (path.length === 0 || orders >= most) {
      return { orders };
    }
    path.push((path.pop() as number) + 1);
  }
}
