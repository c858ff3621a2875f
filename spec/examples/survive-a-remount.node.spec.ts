import { mount, profilesAt } from '../../examples/survive-a-remount/profile.js';
import { startSlowServer, type SlowServer } from '../../examples/type-ahead/slow-server.js';
import { endAll, run } from './program.js';

/** Longer than a request waits before it is aborted, however slow the machine. */
const NEVER = 2 ** 31 - 1;

describe('examples/survive-a-remount', () => {
  const servers: SlowServer[] = [];

  async function startServer(latency: number): Promise<SlowServer> {
    const server = await startSlowServer(latency, (path) => `profile ${path.slice(1)}`);
    servers.push(server);
    return server;
  }
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
    await endAll();
  });

  it('should show what the previous view has requested', async () => {
    const server = await startServer(100);
    const load = profilesAt(server.url, 1000);
    mount(load, 7, fail).unsubscribe();
    expect(await new Promise((show) => mount(load, 7, show))).toBe('profile 7');
    expect(server.received).toEqual(['/7']);
    expect(load.inFlight.size).toBe(0);
  });

  it('should abort the request when nobody comes back', async () => {
    const server = await startServer(NEVER);
    const load = profilesAt(server.url, 20);
    const view = mount(load, 7, fail);
    await until(() => server.received.length === 1);
    view.unsubscribe();
    expect(load.inFlight.size).toBe(1);
    await until(() => server.aborted.length === 1);
    expect(load.inFlight.size).toBe(0);
  });

  it('should abort it at once without patience', async () => {
    const server = await startServer(NEVER);
    const load = profilesAt(server.url, 0);
    const view = mount(load, 7, fail);
    await until(() => server.received.length === 1);
    view.unsubscribe();
    expect(load.inFlight.size).toBe(0);
    await until(() => server.aborted.length === 1);
  });

  it('should notify the view when there is nothing to show', async () => {
    const server = await startSlowServer(100, fail);
    await server.close();
    const load = profilesAt(server.url, 1000);
    expect(await new Promise((show) => mount(load, 7, show))).toBe('not available');
  });

  it('should run as a program', async () => {
    const program = run('survive-a-remount');
    expect(await program.ended).toBe(0);
    expect(program.stdout).toContain('requests: 2, aborted: 1');
    expect(program.stdout).toContain('requests: 1, aborted: 0');
    expect(program.stdout).not.toContain('left view');
  }, 30_000);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
