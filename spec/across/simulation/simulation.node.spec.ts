import { cases, playAll } from './interleavings.js';
import { search } from './search.js';
import { World } from './world.js';

/** The same schedules each time; `npm run test:soak -- --across` plays a million others, and every order of the cases. */
describe('The engine across participants', () => {
  it('keeps laws 30 to 39 under random schedules of calls and faults', async () => {
    expect(await search({ runs: Number(process.env.SCHEDULES ?? 2000), seed: 1 })).toBeUndefined();
  }, 300_000);

  it('cancels the run of a participant that has closed, although somebody asked it too late', async () => {
    const call = { at: 0, do: 'call', key: 0, promise: false, leave: undefined } as const;
    const shape = { values: 0, every: 0, reset: true, buffer: Infinity } as const;
    const actions = [
      { ...call, who: 0, shape: { ...shape, end: 'never' } },
      { ...call, who: 1, shape: { ...shape, end: 'complete' } },
      { at: 3, who: 0, do: 'close' },
    ] as const;
    await expectAsync(
      World.play({ participants: 2, locks: true, lost: 0, doubled: 0, delay: 1, seed: 0, actions }),
    ).toBeResolved();
  });

  it('gives a key back that is granted to a follower in doubt after its flight runs apart', async () => {
    const shape = { values: 0, every: 0, end: 'complete', reset: true, buffer: Infinity } as const;
    const call = { do: 'call', shape, promise: false, leave: undefined } as const;
    const actions = [
      { ...call, at: 0, who: 1, key: 1 },
      { ...call, at: 0, who: 0, key: 0 },
      { ...call, at: 2, who: 0, key: 1 },
      { at: 3, who: 0, do: 'away', how: 'late', ms: 20 },
      { at: 4, who: 0, do: 'forget', key: 1 },
    ] as const;
    await expectAsync(
      World.play({ participants: 2, locks: false, lost: 0, doubled: 0, delay: 1, seed: 0, actions }),
    ).toBeResolved();
  });

  for (const each of cases) {
    const name = `${each.actions.map((action) => `${action.do} ${action.who}`).join(', ')}, by ${each.locks ? 'locks' : 'leases'}`;

    it(`keeps them in the orders in which these may come: ${name}`, async () => {
      const { failure, orders } = await playAll(each, 300);
      expect(failure).toBeUndefined();
      expect(orders).toBe(300);
    }, 300_000);
  }
});
