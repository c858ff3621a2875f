import type { Browser, Page } from 'playwright-core';
import { startChromium } from '../support/chromium.js';
import { endAll, run } from './program.js';

const SLOW_MACHINES = 120_000;

describe('examples/watch-flights', () => {
  let browser: Browser;
  let url: string;
  let pages: Page[];

  beforeAll(async () => {
    const program = run('watch-flights', ['3000']);
    [browser, url] = await Promise.all([
      startChromium(),
      program.until(/http:\S+/).then((printed) => /http:\S+/.exec(printed)![0]),
    ]);
  }, SLOW_MACHINES);

  afterAll(async () => {
    await browser.close();
    await endAll();
  }, SLOW_MACHINES);

  beforeEach(async () => {
    const reducedMotion = 'reduce';
    pages = await Promise.all([browser.newPage({ reducedMotion }), browser.newPage({ reducedMotion })]);
    await Promise.all(pages.map((page) => page.goto(url)));
    for (const page of pages) await picture(page, /^the server: 0 runs for 0 calls/).waitFor();
  }, SLOW_MACHINES);

  afterEach(() => Promise.all(pages.map((page) => page.close())), SLOW_MACHINES);

  it(
    'should show the flights of the page and of the server, and describe them as text',
    async () => {
      for (const page of pages) await page.getByRole('button', { name: 'Tea' }).click();
      await picture(pages[0]!, /^the server: 1 run for 2 calls\. Flight \d+ of tea: 2 callers, under way/).waitFor();
      expect(await text()).toMatch(/^1 in flight\n {2}tea: flight \d+, for .* m?s, 2 callers \(.* m?s, .* m?s\)\n$/);
      for (const page of pages) {
        await picture(page, /^this page: 1 run for 3 calls\. Flight 1 of tea: 3 callers, completed after/).waitFor();
        await picture(page, /^the server: 1 run for 2 calls\. Flight \d+ of tea: 2 callers, completed after/).waitFor();
        expect(await page.getByRole('status').textContent()).toBe('tea is here.');
      }
      expect(await text()).toBe('nothing in flight\n');
    },
    SLOW_MACHINES,
  );

  it(
    'should show why a flight failed',
    async () => {
      await pages[0]!.getByRole('button', { name: 'A unicorn' }).click();
      const failed = /^the server: .* 1 caller, failed after \d+ milliseconds, Error: there are no unicorns/;
      for (const page of pages) await picture(page, failed).waitFor();
    },
    SLOW_MACHINES,
  );

  function picture(page: Page, name: RegExp) {
    return page.getByRole('img', { name });
  }

  async function text(): Promise<string> {
    return (await fetch(new URL('/flights.txt', url))).text();
  }
});
