import { endAll, run, type Program } from '../examples/program.js';
import { httpCall, type Answer } from '../support/http-call.js';

describe('examples/nest-app', () => {
  let program: Program;
  let url: string;

  beforeAll(async () => {
    program = run('nest-app', [], { PORT: '0' });
    [, url = ''] = /Running until Ctrl-C: (.*)/.exec(await program.until(/Running until Ctrl-C: .*\n/))!;
  });

  afterAll(async () => {
    program.signal('SIGTERM');
    await program.ended;
    await endAll();
  });

  function ask(path: string, ...options: Parameters<typeof httpCall>[1][]): Promise<Answer[]> {
    return Promise.all(options.map((each) => httpCall(url + path, each)));
  }

  it('should make one report for three, and log it', async () => {
    const answers = await ask('/reports/2026', {}, {}, {});
    expect(new Set(answers.map(({ text, headers }) => `${text} ${String(headers['x-report-number'])}`)).size).toBe(1);
    await program.until(/ReportsController\.report: complete \(callers: 3\)/);
  });

  it('should share a failure, and a search', async () => {
    const post = { method: 'POST', body: { text: 'tea' } };
    const [failed, searched] = await Promise.all([ask('/reports/2200', {}, {}), ask('/reports/search', post, post)]);
    expect(failed.map(({ status }) => status)).toEqual([404, 404]);
    expect(searched[0]!.text).toBe(searched[1]!.text);
  });

  it('should not share downloads, nor between users', async () => {
    const [ada, grace] = ['ada', 'grace'].map((authorization) => ({ headers: { authorization } }));
    const [downloads, careful, mine] = await Promise.all([
      ask('/reports/2026/download', {}, {}),
      ask('/accounts/careful', ada, ada),
      ask('/accounts/mine', ada, ada, grace),
    ]);
    expect(downloads[0]!.text).not.toBe(downloads[1]!.text);
    expect(careful[0]!.text).not.toBe(careful[1]!.text);
    expect(mine[0]!.text).toBe(mine[1]!.text);
    expect(mine[2]!.text).toContain('"of":"grace"');
  });

  it('should end the source of its events with the last listener', async () => {
    const listener = httpCall(`${url}/ticks`);
    await new Promise<void>((resolve) => listener.onData((text) => /tick/.test(text) && resolve()));
    listener.hangUp();
    await program.until(/source 1 ended/);
    expect(program.stderr).toBe('');
  });
});
