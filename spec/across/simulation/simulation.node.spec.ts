import { cases, playAll } from './interleavings.js';
import { search } from './search.js';

/** `npm run test:soak -- --across` plays a million schedules, and every order of the cases. */
describe('The engine across participants', () => {
  it('keeps laws 30 to 39 under random schedules of calls and faults', async () => {
    expect(await search({ runs: Number(process.env.SCHEDULES ?? 2000) })).toBeUndefined();
  }, 300_000);

  for (const each of cases) {
    const name = `${each.actions.map((action) => `${action.do} ${action.who}`).join(', ')}, by ${each.locks ? 'locks' : 'leases'}`;

    it(`keeps them in the orders in which these may come: ${name}`, async () => {
      const { failure, orders } = await playAll(each, 300);
      expect(failure).toBeUndefined();
      expect(orders).toBe(300);
    }, 300_000);
  }
});
