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

  /** What the ten components of each user's page show. */
  async function render(...users: string[]): Promise<string[][]> {
    const pages = await inWorker(new URL('../support/angular-server.js', import.meta.url), {
      backend: server.url,
      users,
    });
    return (pages as string[]).map((page) => Array.from(page.matchAll(/<p>(.*?)<\/p>/g), ([, text]) => text!));
  }

  function tenTimes(text: string): string[] {
    return Array.from({ length: 10 }, () => text);
  }

  it('should send one request for ten components of a page', async () => {
    expect(await render('ada')).toEqual([tenTimes('Hello ada')]);
    expect(cookies).toEqual(['ada']);
  });

  it('should never show a user what another was sent', async () => {
    expect(await render('ada', 'grace')).toEqual([tenTimes('Hello ada'), tenTimes('Hello grace')]);
    expect(cookies.sort()).toEqual(['ada', 'grace']);
  });
});
