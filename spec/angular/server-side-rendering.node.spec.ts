import { inWorker } from '../support/in-worker.js';
import { startServer, type LocalServer } from '../support/local-server.js';

describe('coalesceInterceptor on a server', () => {
  let server: LocalServer;
  let cookies: (string | undefined)[];

  beforeEach(async () => {
    cookies = [];
    server = await startServer(({ headers: { cookie } }, response) => {
      cookies.push(cookie);
      // Long enough for the requests of another page to come in.
      setTimeout(() => response.end(`Hello ${cookie ?? 'nobody'}`), 100);
    });
  });

  afterEach(async () => {
    await server.close();
  });

  async function render(...users: string[]): Promise<string[]> {
    const fixture = new URL('../support/angular-server.js', import.meta.url);
    return (await inWorker(fixture, { backend: server.url, users })) as string[];
  }

  /** What the components of a page show. */
  function shown(page: string): string[] {
    return Array.from(page.matchAll(/<p>(.*?)<\/p>/g), ([, text]) => text!);
  }

  function tenTimes(text: string): string[] {
    return Array.from({ length: 10 }, () => text);
  }

  it('should send one request for ten components of a page', async () => {
    expect((await render('ada')).map(shown)).toEqual([tenTimes('Hello ada')]);
    expect(cookies).toEqual(['ada']);
  });

  it('should never send a user the response of another', async () => {
    expect((await render('ada', 'grace')).map(shown)).toEqual([tenTimes('Hello ada'), tenTimes('Hello grace')]);
    expect(cookies.sort()).toEqual(['ada', 'grace']);
  });

  it('should send the response to the browser, in the transfer cache', async () => {
    const [page] = await render('');
    const [, state] = /<script id="ng-state"[^>]*>(.*?)<\/script>/.exec(page!)!;
    expect(shown(page!)).toEqual(tenTimes('Hello nobody'));
    expect(state!.match(/Hello nobody/g)).toEqual(['Hello nobody']);
  });
});
