import { search } from './search.js';

/** The same schedules each time; `npm run test:soak` plays a million others. */
describe('The library', () => {
  it('does what the model does under random schedules', async () => {
    // Node has room for more of them than a browser beside other specs.
    const runs = 'process' in globalThis ? Number(process.env.SCHEDULES ?? 3000) : 500;
    expect(await search({ runs, seed: 1 })).toBeUndefined();
  }, 60_000);
});
