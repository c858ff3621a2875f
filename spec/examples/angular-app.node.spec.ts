import type { Browser, Page } from 'playwright-core';
import type { Kind, Mode, Tallies } from '../../examples/angular-app/api.js';
import { startChromium } from '../support/chromium.js';
import { endAll, run, type Program } from './program.js';

const SLOW_MACHINES = 120_000;
const modes: readonly Mode[] = ['with', 'without'];

describe('examples/angular-app', () => {
  let program: Program;
  let browser: Browser;
  let url: string;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    program = run('angular-app');
    [browser, url] = await Promise.all([startChromium(), program.until(/http:\S+/).then(addressIn)]);
  }, SLOW_MACHINES);

  afterAll(async () => {
    await browser.close();
    await endAll();
  }, SLOW_MACHINES);

  beforeEach(async () => {
    complaints = [];
    page = await browser.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(url);
    await everybodyIsKnown('with');
  }, SLOW_MACHINES);

  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });

  it(
    'should ask once for each person and project, or once for each widget, as the switch is set',
    async () => {
      await quiet();
      const coalesced = await tallies();
      expect(coalesced.with.received).toEqual(
        jasmine.objectContaining({ people: 8, projects: 3, hours: 1, writes: 0 }),
      );

      await page.getByRole('switch', { name: 'Coalesce' }).click();
      await everybodyIsKnown('without');
      await quiet();
      const { without } = await tallies();
      expect(without.received).toEqual(jasmine.objectContaining({ people: 30, projects: 9, hours: 1, writes: 0 }));
      expect(without.aborted).toBe(0);
    },
    SLOW_MACHINES,
  );

  it(
    'should poll once for the two widgets that poll',
    async () => {
      await until(async () => (await tallies()).with.received.presence === 2);
      await page.getByRole('switch', { name: 'Coalesce' }).click();
      await until(async () => (await tallies()).without.received.presence === 2);
    },
    SLOW_MACHINES,
  );

  it(
    'should abort requests that only the widget needs that is switched off, and keep those of the others',
    async () => {
      const asked = page.waitForRequest('**/api/hours');
      await page.getByRole('button', { name: 'Load again' }).click();
      await asked;
      await until(async () => (await tallies()).with.received.hours === 1);
      await page.getByRole('switch', { name: 'Show who is on call' }).click();
      await everybodyIsKnown('with');
      await quiet();
      const { received, aborted } = (await tallies()).with;
      expect(received).toEqual(jasmine.objectContaining({ people: 8, hours: 1 }));
      expect(aborted).toBe(1);
      expect(await page.getByRole('list', { name: 'On call' }).count()).toBe(0);
    },
    SLOW_MACHINES,
  );

  it(
    'should read once for all widgets after a write, and not show the state before it',
    async () => {
      await quiet();
      const field = page.getByLabel('What Ada Okafor is up to');
      await field.fill('Writing');
      await field.press('Enter');
      await page.getByRole('list', { name: 'Team' }).getByText('Writing').waitFor();
      await quiet();
      expect((await tallies()).with.received).toEqual(jasmine.objectContaining({ people: 9, writes: 1 }));

      // A read that begins before the write ends, and is answered after it with the state before it.
      await field.fill('Reading again');
      const written = page.waitForResponse((response) => response.request().method() === 'PUT');
      let reads = 0;
      await page.route('**/api/people/1', async (route) => {
        if (route.request().method() === 'PUT') {
          const reading = page.waitForRequest((request) => request.method() === 'GET' && request.url().endsWith('/1'));
          await page.getByRole('button', { name: 'Load again' }).click();
          await reading;
          await route.continue();
        } else if (reads++ > 0) {
          await route.continue();
        } else {
          const response = await route.fetch();
          await written;
          await new Promise((resolve) => setTimeout(resolve, 200));
          await route.fulfill({ response });
        }
      });
      await field.press('Enter');
      await page.getByRole('list', { name: 'Team' }).getByText('Reading again').waitFor({ timeout: 20_000 });
      expect(reads).toBe(2);
    },
    SLOW_MACHINES,
  );

  it(
    'should leave nothing in flight, whatever was clicked meanwhile',
    async () => {
      for (const name of ['Coalesce', 'Show who is on call', 'Coalesce', 'Show who is on call', 'Coalesce']) {
        await page.getByRole('switch', { name }).click();
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      await everybodyIsKnown('without');
      await quiet();
      expect(await page.getByText('no flight').count()).toBe(8);
      expect(await page.getByText('Loading').count()).toBe(0);
    },
    SLOW_MACHINES,
  );

  it(
    'should announce the counts to screen readers when all is quiet',
    async () => {
      await page.locator('[aria-live]').getByText('With coalescing: 8 requests for people, 0 aborted.').waitFor();
    },
    SLOW_MACHINES,
  );

  it(
    'should fit a narrow window',
    async () => {
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    },
    SLOW_MACHINES,
  );

  function row(name: string): Promise<string[]> {
    return page
      .getByRole('row', { name: new RegExp(`^${name}`) })
      .getByRole('cell')
      .allInnerTexts();
  }

  async function everybodyIsKnown(mode: Mode): Promise<void> {
    await until(async () => (await row('All people loaded after'))[modes.indexOf(mode)] !== '–');
  }

  /** Waits until nothing is in flight, and the page shows what the server has counted. */
  async function quiet(): Promise<void> {
    await until(async () => {
      const counted = await tallies();
      const shown = await countsShown();
      return (
        modes.every((mode) => counted[mode].inFlight === 0) &&
        JSON.stringify(shown) === JSON.stringify(modes.map((mode) => counts(counted, mode))) &&
        (await page.getByText('0 requests at the server').count()) === 1
      );
    });
  }

  async function countsShown(): Promise<number[][]> {
    const names = ['Requests received', 'People', 'Projects', 'Presence', 'Hours', 'Writes', 'Requests aborted'];
    const rows = await Promise.all(names.map(row));
    return modes.map((_, column) => rows.map((cells) => Number(cells[column])));
  }

  /** What the server answers to a request that is not the page's. */
  async function tallies(): Promise<Tallies> {
    const { body } = await fetch(new URL('/api/tallies', url));
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    const { value } = await reader.read();
    await reader.cancel();
    return JSON.parse(/^data: (.*)$/m.exec(value!)![1]!) as Tallies;
  }
});

function addressIn(printed: string): string {
  return /http:\S+/.exec(printed)![0];
}

function counts(tallies: Tallies, mode: Mode): number[] {
  const { received, aborted } = tallies[mode];
  const kinds: readonly Kind[] = ['people', 'projects', 'presence', 'hours', 'writes'];
  const parts = kinds.map((kind) => received[kind]);
  return [parts.reduce((sum, part) => sum + part, 0), ...parts, aborted];
}

/** Looks until it is so; the spec's own time limit ends it otherwise. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 100));
}
