import { endAll, run } from './program.js';

describe('examples/fleet', () => {
  const usualTimeout = jasmine.DEFAULT_TIMEOUT_INTERVAL;
  // Whole programs run here, perhaps on a slow machine.
  beforeAll(() => (jasmine.DEFAULT_TIMEOUT_INTERVAL = 120_000));
  afterAll(() => (jasmine.DEFAULT_TIMEOUT_INTERVAL = usualTimeout));
  afterEach(endAll);

  it('should read once for all gateways, survive that one is killed, and cancel when everybody hangs up', async () => {
    const program = run('fleet', ['--gateways', '3', '--clients', '5', '--products', '2']);
    const code = await program.ended;
    if (program.stdout.includes('share with nobody')) {
      pending('neither a redis-server nor threads with locks');
    }
    expect(code).withContext(program.stderr).toBe(0);
    const rows = [...program.stdout.matchAll(/ (\d+) +(\d+) +(\d+) +\d+$/gm)].map((row) => row.slice(1).map(Number));
    expect(rows).toEqual([
      [15, 15, 3],
      [15, 15, 3],
      [15, 15, 1],
      [15, 15, 1],
    ]);
    expect(program.stdout).toContain('the 2 others got 10 of 10 right answers');
    expect(program.stdout).toContain('The origin was asked 2 times');
    expect(program.stdout).toContain(
      '10 clients waited for 1 read of the origin. When the last one had left, it was given up: 1 time.',
    );
  });

  it('should explain its options, and refuse others', async () => {
    const help = run('fleet', ['--help']);
    expect(await help.ended).toBe(0);
    expect(help.stdout).toContain('--gateways N');
    const wrong = run('fleet', ['--gateways', '1']);
    expect(await wrong.ended).toBe(2);
    expect(wrong.stderr).toContain("--gateways takes a whole number from 2 to 1000, not '1'");
  });
});
