import type { Browser, Page } from 'playwright-core';
import type { Tally } from '../../examples/timeline/api.js';
import { startChromium } from '../support/chromium.js';
import { endAll, run } from './program.js';

const SLOW_MACHINES = 120_000;

const scenes: readonly Scene[] = [
  { scene: 'herd', runs: [1], calls: [1000], told: /1,000 callers, completed/ },
  { scene: 'leader-leaves', runs: [2], calls: [4], server: { aborted: 1 }, told: /3 callers, 1 left, completed/ },
  { scene: 'late-joiner', runs: [1], calls: [2], told: /2 callers, completed/ },
  { scene: 'shared-retry', runs: [2], calls: [6], server: { failed: 1 }, told: /3 callers, failed.*3 callers, comp/ },
  {
    scene: 'read-after-write',
    runs: [2],
    calls: [3],
    server: { written: 1 },
    told: /1 caller, forgotten, completed/,
  },
  { scene: 'linger', runs: [1], calls: [2], told: /2 callers, 1 left, completed/ },
  {
    scene: 'by-hand',
    query: '',
    runs: [3, 1],
    calls: [6, 6],
    told: /By hand: 1 run.*4 later calls got its old value/,
  },
];

interface Scene {
  readonly scene: string;
  readonly query?: string;
  readonly runs: readonly number[];
  readonly calls: readonly number[];
  readonly server?: Partial<Tally>;
  readonly told: RegExp;
}

describe('examples/timeline', () => {
  let browser: Browser;
  let url: string;
  let page: Page;
  let complaints: string[];
  const scenesComplaints = new Map<string, string[]>();

  beforeAll(async () => {
    const program = run('timeline');
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
    page = await browser.newPage({ viewport: { width: 390, height: 800 }, colorScheme: 'dark' });
    complaints = complaintsOf(page);
  }, SLOW_MACHINES);

  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });

  describe('scenes', () => {
    let pages: Map<string, Page>;

    beforeAll(async () => {
      // All at once, since most of their time is the server's; and with few pictures, since all draw on one machine.
      const opened = scenes.map(async ({ scene, query = '&latency=2500' }) => {
        const playing = await browser.newPage({ viewport: { width: 390, height: 800 }, reducedMotion: 'reduce' });
        scenesComplaints.set(scene, complaintsOf(playing));
        await playing.goto(`${url}?scene=${scene}${query}`);
        await quiet(playing);
        return [scene, playing] as const;
      });
      pages = new Map(await Promise.all(opened));
    }, SLOW_MACHINES);

    for (const { scene, runs, calls, server = {}, told } of scenes) {
      it(`should show what the server counts: ${scene}`, async () => {
        await page.close();
        page = pages.get(scene)!;
        // A failed request is the browser's to report, and one scene is about it.
        complaints = scenesComplaints.get(scene)!.filter((complaint) => !complaint.includes('503'));
        expect(await shown('.runs')).toEqual(runs);
        expect(await shown('.calls')).toEqual(calls);
        const tallies = await counted();
        expect(tallies.map(({ received }) => received)).toEqual(runs);
        expect(tallies[0]).toEqual(jasmine.objectContaining<Tally>({ aborted: 0, failed: 0, written: 0, ...server }));
        expect(await page.getByRole('status').textContent()).toMatch(told);
        expect(await page.getByRole('img').first().getAttribute('aria-label')).toContain('Flight 1 of');
        expect(await page.locator('#code code').textContent()).toContain('watch(load.inFlight)');
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      });
    }
  });

  it(
    'should do at the console what the visitor asks for, by keyboard too',
    async () => {
      await page.goto(`${url}?scene=console&latency=10000`);
      await press('Call');
      await press('Burst');
      expect(await shown('.calls')).toEqual([101]);
      await press('Leader leaves');
      await page.getByText('leave tea, flight 1 — 100 waiting').waitFor();
      await page.getByLabel('Called by').selectOption('coalescedAsync');
      await page.getByLabel('Key').press('Enter');
      await page.getByText('join tea, flight 1 — 101 waiting').waitFor();
      await press('Leave');
      await page.getByText('leave tea, flight 1 — 100 waiting').nth(1).waitFor();
      await press('Forget');
      await page.getByLabel('Called by').selectOption('ignore');
      await press('Burst');
      await page.getByText('start tea, flight 2 — 1 waiting').waitFor();
      await press('Abort');
      await page.getByText('the pipeline hears: aborted by the visitor').waitFor();
      await press('Abort');
      await page.getByText('abort: nobody there for tea').waitFor();
      expect([await shown('.runs'), await shown('.calls')]).toEqual([[2], [103]]);
    },
    SLOW_MACHINES,
  );

  it(
    'should drop at the console what coalesceBy ignores',
    async () => {
      await page.goto(`${url}?scene=console&latency=2500`);
      await page.getByLabel('Called by').selectOption('ignore');
      await press('Burst');
      await page.getByLabel('Key').fill('rye');
      await press('Burst');
      await page.getByLabel('Called by').selectOption('join');
      await press('Call');
      await quiet();
      expect([await shown('.runs'), await shown('.calls')]).toEqual([[2], [3]]);
      expect(await counted()).toEqual([jasmine.objectContaining<Tally>({ received: 2, answered: 2 })]);
    },
    SLOW_MACHINES,
  );

  it(
    'should lead two flights at once at the console, and the third when one is over',
    async () => {
      await page.goto(`${url}?scene=console&latency=2500`);
      await page.getByLabel('Called by').selectOption('concurrent');
      for (const key of ['tea', 'rye', 'oats', 'oats']) {
        await page.getByLabel('Key').fill(key);
        await press('Call');
      }
      await quiet();
      expect([await shown('.runs'), await shown('.calls')]).toEqual([[3], [4]]);
      const told = (await page.locator('#feed li span').allTextContents()).filter((line) =>
        /^(start|compl)/.test(line),
      );
      expect(told.map((line) => line.replace(/, .*/, ''))).toEqual([
        'start tea',
        'start rye',
        'complete tea',
        'start oats',
        'complete rye',
        'complete oats',
      ]);
      expect(await counted()).toEqual([jasmine.objectContaining<Tally>({ received: 3, answered: 3 })]);
    },
    SLOW_MACHINES,
  );

  it(
    'should share the second attempt of all who retry at the console',
    async () => {
      await page.goto(`${url}?scene=console&latency=2500&broken=1`);
      await page.getByLabel('Retries').fill('1');
      await page.getByLabel('Burst').fill('5');
      await press('Burst');
      await page.getByLabel('Called by').selectOption('coalescedAsync');
      await press('Burst');
      await quiet();
      expect([await shown('.runs'), await shown('.calls')]).toEqual([[2], [20]]);
      expect(await counted()).toEqual([jasmine.objectContaining<Tally>({ received: 2, answered: 1, failed: 1 })]);
      complaints = complaints.filter((complaint) => !complaint.includes('503'));
    },
    SLOW_MACHINES,
  );

  it(
    'should let promise callers leave by their signals at the console, and hang up when the last has left',
    async () => {
      await page.goto(`${url}?scene=console&latency=10000`);
      await page.getByLabel('Called by').selectOption('coalescedAsync');
      await page.getByLabel('Retries').fill('2');
      await press('Call');
      await press('Call');
      await press('Leader leaves');
      await page.getByText('Ada hears: no longer interested').waitFor();
      await page.getByText('leave tea, flight 1 — 1 waiting').waitFor();
      await press('Leave');
      await page.getByText('Ben hears: no longer interested').waitFor();
      await quiet();
      expect([await shown('.runs'), await shown('.calls')]).toEqual([[1], [2]]);
      expect(await page.getByRole('status').textContent()).toMatch(/2 callers, 2 left, cancelled/);
      expect(await counted()).toEqual([jasmine.objectContaining<Tally>({ received: 1, answered: 0, aborted: 1 })]);
    },
    SLOW_MACHINES,
  );

  it(
    'should be operable by keyboard alone, with the focus in view',
    async () => {
      await page.goto(`${url}?scene=herd`);
      await quiet();
      const outlines = new Set<string>();
      const reached: string[] = [];
      for (let tabs = 0; !reached.includes('What happened') && tabs < 30; tabs++) {
        await page.keyboard.press('Tab');
        const { name, outline } = await page.evaluate(() => {
          let focused = document.activeElement as HTMLElement;
          focused = (focused.shadowRoot?.activeElement as HTMLElement | null) ?? focused;
          const [labelled] = focused.ariaLabelledByElements ?? (focused as HTMLInputElement).labels ?? [];
          return { name: (labelled ?? focused).textContent.trim(), outline: getComputedStyle(focused).outlineStyle };
        });
        reached.push(name);
        outlines.add(outline);
      }
      expect(reached).toEqual([
        ...['Thundering herd', 'Leader leaves', 'Late joiner', 'Error and shared retry', 'Read after write'],
        ...['Linger over a remount', 'By hand, going wrong', 'Try it yourself', 'Play again', 'Pause'],
        ...['Latency, ms', 'Failures, %', 'First failures', 'Values', 'KiB each'],
        ...['Copy', 'What it runs', 'What happened'],
      ]);
      expect([...outlines]).toEqual(['solid']);
      await page.getByRole('link', { name: 'Try it yourself' }).press('Enter');
      await page.getByRole('heading', { name: 'Try it yourself' }).waitFor();
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('title');
    },
    SLOW_MACHINES,
  );

  it(
    'should keep scene and settings in the address',
    async () => {
      await page.goto(`${url}?scene=linger`);
      await page.getByRole('link', { name: 'Late joiner' }).click();
      await page.getByLabel('Values').fill('2');
      await page.getByLabel('Latency').fill('300');
      await page.getByLabel('Latency').press('Tab');
      await quiet();
      expect(new URL(page.url()).search).toContain('scene=late-joiner&latency=300');
      await page.goBack();
      await page.getByRole('heading', { name: 'Linger over a remount' }).waitFor();
      await quiet();
      expect(await page.getByLabel('Latency').inputValue()).toBe('1400');
    },
    SLOW_MACHINES,
  );

  function press(name: string): Promise<void> {
    return page.getByRole('button', { name, exact: true }).click();
  }

  async function quiet(played = page): Promise<void> {
    await played.locator('main[data-state=quiet]').waitFor({ timeout: SLOW_MACHINES });
  }

  async function shown(output: string): Promise<number[]> {
    const texts = await page.locator(output).allTextContents();
    return texts.map((text) => Number(text.replace(',', '')));
  }

  /** What the server says when asked by somebody else than the page. */
  async function counted(): Promise<Tally[]> {
    const plays = (await page.locator('main').getAttribute('data-plays'))!.split(' ');
    const answers = plays.map((play) => fetch(new URL(`/tally?play=${play}`, url)).then((answer) => answer.json()));
    return Promise.all(answers) as Promise<Tally[]>;
  }
});

function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => complaints.push(message.text()));
  return complaints;
}
