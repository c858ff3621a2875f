import { search } from './search.js';

describe('The library', () => {
  it('does under random schedules what the model says', async () => {
    // Node has room for more of them than a browser beside other specs.
    const runs = 'process' in globalThis ? Number(process.env.SCHEDULES ?? 3000) : 500;
    expect(await search({ runs })).toBeUndefined();
  }, 60_000);
});
