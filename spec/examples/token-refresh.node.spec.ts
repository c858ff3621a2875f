import type { Browser, Page } from 'playwright-core';
import { AuthServer } from '../../examples/token-refresh/auth-server.js';
import { ask } from '../../examples/token-refresh/client.js';
import { page } from '../../examples/token-refresh/page.js';
import { refreshOnce, type Refresh } from '../../examples/token-refresh/refresh.js';
import { tokensInMemory, type Tokens } from '../../examples/token-refresh/tokens.js';
import { startChromium } from '../support/chromium.js';
import { endAll, run } from './program.js';

const SLOW_MACHINES = 60_000;

describe('examples/token-refresh', () => {
  let server: AuthServer;
  let url: URL;

  afterEach(() => server.close());

  describe('in one process', () => {
    let tokens: Tokens;
    let refresh: Refresh;

    beforeEach(async () => {
      server = new AuthServer();
      url = await server.start();
      tokens = tokensInMemory('a token of yesterday');
      refresh = refreshOnce(url, tokens);
    });
    afterEach(endAll);

    function askTimes(times: number): Promise<PromiseSettledResult<Response>[]> {
      return Promise.allSettled(
        Array.from({ length: times }, (_, n) => ask(new URL(`/data/${n}`, url), tokens, refresh)),
      );
    }

    it('should refresh once for all requests that got a 401', async () => {
      const answers = await askTimes(20);
      expect(answers.map((answer) => answer.status === 'fulfilled' && answer.value.status)).toEqual(
        Array(20).fill(200),
      );
      expect(server.refreshes).toBe(1);

      server.expire();
      await askTimes(20);
      expect(server.refreshes).toBe(2);
    });

    it('should pass a failure to everyone, and let a later attempt work', async () => {
      server.down = true;
      server.refuseFirst(20);
      const failed = await askTimes(20);
      expect(failed.map((answer) => answer.status === 'rejected' && String(answer.reason))).toEqual(
        Array(20).fill('Error: the token was not refreshed: 503'),
      );
      expect(server.refreshes).toBe(1);

      server.down = false;
      const answers = await askTimes(20);
      expect(answers.every((answer) => answer.status === 'fulfilled' && answer.value.ok)).toBe(true);
      expect(server.refreshes).toBe(2);
    });

    it('should not refresh for a 401 that arrives after another refresh', async () => {
      await refresh('a token of yesterday');
      expect(await refresh('a token of yesterday')).toBe('token-1');
      expect(server.refreshes).toBe(1);
    });

    it(
      'should run as a program, until it is interrupted',
      async () => {
        const program = run('token-refresh');
        const printed = await program.until(/http:\S+/);
        expect(printed).toContain('The token has expired: 20 of 20 requests were answered, with 1 refresh.');
        expect(printed).toContain('refuses a new one: 0 of 20 requests were answered, with 1 refresh.');
        expect(printed).toContain('The server gives tokens again: 20 of 20 requests were answered, with 1 refresh.');
        program.signal('SIGINT');
        expect(await program.ended).toBe(0);
      },
      SLOW_MACHINES,
    );
  });

  describe('in several tabs', () => {
    let browser: Browser;
    let html: string;
    let tabs: Page[];

    beforeAll(async () => {
      [browser, html] = await Promise.all([startChromium(), page()]);
    }, SLOW_MACHINES);
    afterAll(() => browser.close());

    async function open(query: string): Promise<void> {
      server = new AuthServer(html);
      url = await server.start();
      const context = await browser.newContext();
      tabs = await Promise.all([1, 2, 3].map(() => context.newPage()));
      for (const tab of tabs) await tab.goto(`${url.href}${query}`);
    }
    afterEach(() => tabs[0]!.context().close());

    async function askInAllTabs(): Promise<string[]> {
      await Promise.all(tabs.map((tab) => tab.getByRole('button', { name: 'Ask' }).click()));
      return Promise.all(
        tabs.map(async (tab) => {
          const outcome = tab.getByText(' of 10 answered');
          await outcome.waitFor();
          return outcome.innerText();
        }),
      );
    }

    for (const { how, query, attempts } of [
      { how: 'by a registry across tabs', query: '', attempts: 1 },
      { how: 'by hand', query: '?by-hand', attempts: 3 },
    ]) {
      it(
        `should refresh once for all of them: ${how}`,
        async () => {
          await open(query);
          expect(await askInAllTabs()).toEqual(Array(3).fill('10 of 10 answered, by token-1'));
          expect(server.refreshes).toBe(1);

          const expired = tabs[0]!.waitForResponse('**/expire');
          await tabs[0]!.getByRole('button', { name: 'Expire' }).click();
          await expired;
          expect(await askInAllTabs()).toEqual(Array(3).fill('10 of 10 answered, by token-2'));
          expect(server.refreshes).toBe(2);
        },
        SLOW_MACHINES,
      );

      it(
        `should make ${attempts} of an attempt that fails, and let a later one work: ${how}`,
        async () => {
          await open(query);
          server.down = true;
          server.refuseFirst(30);
          expect(await askInAllTabs()).toEqual(Array(3).fill('0 of 10 answered, by'));
          expect(server.refreshes).toBe(attempts);

          server.down = false;
          expect(await askInAllTabs()).toEqual(Array(3).fill(`10 of 10 answered, by token-${attempts + 1}`));
          expect(server.refreshes).toBe(attempts + 1);
        },
        SLOW_MACHINES,
      );
    }
  });
});
