import { patience, render, type Action, type Schedule, type Shape } from './schedule.js';
import type { Happening } from './virtual-time.js';
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

/** The pending happenings, by the queue whose order they keep and the participant where they happen. */
interface Option {
  readonly lane: string;
  readonly owner: number;
}

/** A point where one of several may come next. */
interface Crossroads {
  readonly options: readonly Option[];
  /** Those that need not come next: an order that differs only in independent happenings has been played. */
  readonly asleep: readonly Option[];
  taken: number;
}

/** This order has been played, except for independent happenings. */
class Played extends Error {}

/**
 * Plays a case in every order that differs, or in as many as `most`. Two happenings at different participants, or one there and one at the medium,
 * may change places: the orders are explored by sleep sets.
 *
 * Returns how many there were, and the first that does not keep the laws.
 */
export async function playAll(schedule: Schedule, most = Infinity): Promise<{ orders: number; failure?: string }> {
  const way: Crossroads[] = [];
  let orders = 0;
  do {
    let step = 0;
    try {
      await World.play(schedule, (open) => {
        const crossroads = (way[step] ??= crossroadsAfter(way[step - 1], open));
        step++;
        if (crossroads.taken >= crossroads.options.length) {
          throw new Played();
        }
        return open[crossroads.taken] as Happening;
      });
      orders++;
    } catch (error) {
      if (!(error instanceof Played)) {
        const order = way.map(({ options, taken }) => options[taken]?.lane).join('\n');
        return { orders, failure: [render(schedule), (error as Error).message, 'in the order', order].join('\n') };
      }
    }
    while (way.length > 0 && !takeNext(way.at(-1) as Crossroads)) {
      way.pop();
    }
  } while (way.length > 0 && orders < most);
  return { orders };
}

function crossroadsAfter(before: Crossroads | undefined, open: readonly Happening[]): Crossroads {
  const options = open.map(({ lane = '', owner }) => ({ lane, owner }));
  let asleep: Option[] = [];
  if (before !== undefined) {
    const taken = before.options[before.taken] as Option;
    asleep = [...before.asleep, ...before.options.slice(0, before.taken)].filter((option) => !touch(option, taken));
  }
  const crossroads = { options, asleep, taken: -1 };
  takeNext(crossroads);
  return crossroads;
}

function takeNext(crossroads: Crossroads): boolean {
  const { options, asleep } = crossroads;
  do {
    crossroads.taken++;
  } while (asleep.some(({ lane }) => lane === options[crossroads.taken]?.lane));
  return crossroads.taken < options.length;
}

function touch(one: Option, other: Option): boolean {
  return one.owner === other.owner || one.lane === 'fault' || other.lane === 'fault';
}
