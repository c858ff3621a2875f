import { Subject } from 'rxjs';
import { startSlowServer, type SlowServer } from '../../examples/type-ahead/slow-server.js';
import { searchAt, suggestions, type Search } from '../../examples/type-ahead/type-ahead.js';
import { wordsAt } from '../../examples/type-ahead/words.js';
import { endAll, run } from './program.js';

describe('examples/type-ahead', () => {
  let server: SlowServer;
  let search: Search;

  beforeEach(async () => {
    server = await startSlowServer(100, wordsAt);
    search = searchAt(server.url, 1000);
  });
  afterEach(async () => {
    await server.close();
    await endAll();
  });

  it('should ask once for two fields in which the same is typed', async () => {
    const typed = new Subject<string>();
    const shown = [0, 1].map(() => firstOf(typed, search));
    typed.next('lea');
    expect(await Promise.all(shown)).toEqual([
      ['leader', 'leave'],
      ['leader', 'leave'],
    ]);
    expect(server.received).toEqual(['/lea']);
  });

  it('should find the request still in flight when somebody types on and comes back', async () => {
    // Slow enough to be still in flight on a loaded machine.
    await server.close();
    server = await startSlowServer(2000, wordsAt);
    search = searchAt(server.url, 60_000);
    const typed = new Subject<string>();
    const shown: string[][] = [];
    const field = suggestions(typed, search, 0).subscribe((words) => shown.push(words));
    for (const term of ['k', 'kx', 'k']) {
      typed.next(term);
      await until(() => search.inFlight.callers(term) === 1);
    }
    await until(() => shown.length === 1);
    field.unsubscribe();
    expect(shown).toEqual([['key']]);
    expect(server.received.filter((path) => path === '/k').length).toBe(1);
    await until(() => search.inFlight.size === 0);
  });

  it('should abort a request for which nobody has waited long enough', async () => {
    await server.close();
    // It must not answer before it is left, however slow this machine is.
    server = await startSlowServer(1_000_000, wordsAt);
    search = searchAt(server.url, 20);
    const typed = new Subject<string>();
    const field = suggestions(typed, search, 0).subscribe();
    typed.next('se');
    await until(() => server.received.length === 1);
    field.unsubscribe();
    await until(() => server.aborted.length === 1);
    expect(search.inFlight.size).toBe(0);
  });

  it('should show nothing if the server fails, and go on', async () => {
    await server.close();
    const typed = new Subject<string>();
    const first = firstOf(typed, search);
    typed.next('a');
    expect(await first).toEqual([]);
    expect(search.inFlight.size).toBe(0);
  });

  it('should run as a program', async () => {
    const program = run('type-ahead');
    expect(await program.ended).toBe(0);
    expect(program.stdout).toContain('header: call, caller, cancel');
    expect(program.stdout).toContain('page: call, caller, cancel');
  }, 30_000);
});

function firstOf(typed: Subject<string>, search: Search): Promise<string[]> {
  return new Promise((resolve) => suggestions(typed, search, 0).subscribe(resolve));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
