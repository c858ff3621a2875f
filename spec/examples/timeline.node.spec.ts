import { buildSync } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import type { Tally } from '../../examples/timeline/api.js';
import { startChromium } from '../support/chromium.js';
import { endAll, run } from './program.js';

const SLOW_MACHINES = 120_000;

const scenes: readonly Scene[] = [
  { scene: 'herd', runs: [1], calls: [1000], status: /1,000 callers, completed/ },
  { scene: 'leader-leaves', runs: [2], calls: [4], server: { aborted: 1 }, status: /3 callers, 1 left, completed/ },
  { scene: 'late-joiner', runs: [1], calls: [2], status: /2 callers, completed/ },
  { scene: 'shared-retry', runs: [2], calls: [6], server: { failed: 1 }, status: /3 callers, failed.*3 callers, comp/ },
  {
    scene: 'read-after-write',
    runs: [2],
    calls: [3],
    server: { written: 1 },
    status: /1 caller, forgotten, completed/,
  },
  { scene: 'linger', runs: [1], calls: [2], status: /2 callers, 1 left, completed/ },
  {
    scene: 'by-hand',
    query: '',
    runs: [3, 1],
    calls: [6, 6],
    status: /By hand: 1 run.*4 later calls got its old value/,
  },
];

/** What a visitor does at the console, and what comes of it. */
const consoles: readonly Scene[] = [
  {
    scene: 'console, dropping what coalesceBy ignores',
    act: async (page) => {
      await page.getByLabel('Called by').selectOption('ignore');
      await press(page, 'Burst');
      await page.getByLabel('Key').fill('rye');
      await press(page, 'Burst');
      await page.getByLabel('Called by').selectOption('join');
      await press(page, 'Call');
    },
    runs: [2],
    calls: [3],
    server: { answered: 2 },
    status: /of tea: 1 caller, completed.*of rye: 2 callers, completed/,
  },
  {
    scene: 'console, leading two flights at once, and the third when one is over',
    act: async (page) => {
      await page.getByLabel('Called by').selectOption('concurrent');
      for (const key of ['tea', 'rye', 'oats', 'oats']) {
        await page.getByLabel('Key').fill(key);
        await press(page, 'Call');
      }
    },
    runs: [3],
    calls: [4],
    server: { answered: 3 },
    status: /of oats: 2 callers, completed/,
    happened: ['start tea', 'start rye', 'complete tea', 'start oats', 'complete rye', 'complete oats'],
  },
  {
    scene: 'console, sharing the second attempt of all who retry',
    query: '&latency=4000&broken=1',
    act: async (page) => {
      await page.getByLabel('Retries').fill('1');
      await page.getByLabel('Burst').fill('5');
      await press(page, 'Burst');
      await page.getByLabel('Called by').selectOption('coalescedAsync');
      await press(page, 'Burst');
    },
    runs: [2],
    calls: [20],
    server: { answered: 1, failed: 1 },
    status: /10 callers, failed.*10 callers, completed/,
  },
];

interface Scene {
  readonly scene: string;
  readonly act?: (page: Page) => Promise<void>;
  readonly happened?: readonly string[];
  readonly query?: string;
  readonly runs: readonly number[];
  readonly calls: readonly number[];
  readonly server?: Partial<Tally>;
  readonly status: RegExp;
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

  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });

  describe('scenes', () => {
    let pages: Map<string, Page>;

    beforeAll(async () => {
      // All at once, since most of their time is the server's; and with few pictures, since all draw on one machine.
      const opened = [...scenes, ...consoles].map(
        async ({ scene, act, query = act === undefined ? '&latency=2500' : '&latency=4000' }) => {
          const playing = await browser.newPage({ viewport: { width: 390, height: 800 }, reducedMotion: 'reduce' });
          scenesComplaints.set(scene, complaintsOf(playing));
          await playing.goto(`${url}?scene=${scene.replace(/,.*/, '')}${query}`);
          await act?.(playing);
          await quiet(playing);
          return [scene, playing] as const;
        },
      );
      pages = new Map(await Promise.all(opened));
    }, SLOW_MACHINES);

    for (const { scene, runs, calls, server = {}, status, happened } of [...scenes, ...consoles]) {
      it(`should show what the server counts: ${scene}`, async () => {
        page = pages.get(scene)!;
        // A failed request is the browser's to report, and one scene is about it.
        complaints = scenesComplaints.get(scene)!.filter((complaint) => !complaint.includes('503'));
        expect(await shown('.runs')).toEqual(runs);
        expect(await shown('.calls')).toEqual(calls);
        const tallies = await counted();
        expect(tallies.map(({ received }) => received)).toEqual(runs);
        expect(tallies[0]).toEqual(jasmine.objectContaining<Tally>({ aborted: 0, failed: 0, written: 0, ...server }));
        expect(await page.getByRole('status').textContent()).toMatch(status);
        expect(await page.getByRole('img').first().getAttribute('aria-label')).toContain('Flight 1 of');
        expect(await page.locator('#code code').textContent()).toContain('watch(');
        if (happened !== undefined) {
          const feed = await page.locator('#feed li span').allTextContents();
          const events = feed.filter((line) => /^(start|compl)/.test(line)).map((line) => line.replace(/, .*/, ''));
          expect(events).toEqual(happened);
        }
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      });
    }
  });

  it(
    'should play the scenes in the documentation, without a server',
    async () => {
      await open();
      const { outputFiles } = buildSync({ entryPoints: ['examples/timeline/site.ts'], bundle: true, write: false });
      await page.setViewportSize({ width: 390, height: 8000 });
      await page.setContent(scenes.map(({ scene }) => `<div data-scene="${scene}"></div>`).join(''));
      await page.addScriptTag({ content: outputFiles[0]!.text });
      // One of them has two figures.
      await page.getByText('itself counts').nth(scenes.length).waitFor();
      expect(await shown('.runs')).toEqual(scenes.flatMap(({ runs }) => runs));
      expect(await shown('.calls')).toEqual(scenes.flatMap(({ calls }) => calls));
      expect(await page.getByText('1 hung up').count()).toBe(1);
    },
    SLOW_MACHINES,
  );

  it(
    'should do at the console what the visitor asks for, by keyboard too',
    async () => {
      await open();
      await page.goto(`${url}?scene=console&latency=10000`);
      await press(page, 'Call');
      await press(page, 'Burst');
      expect(await shown('.calls')).toEqual([101]);
      await press(page, 'Leader leaves');
      await page.getByText('leave tea, flight 1 — 100 waiting').waitFor();
      await page.getByLabel('Called by').selectOption('coalescedAsync');
      await page.getByLabel('Key').press('Enter');
      await page.getByText('join tea, flight 1 — 101 waiting').waitFor();
      await press(page, 'Leave');
      await page.getByText('leave tea, flight 1 — 100 waiting').nth(1).waitFor();
      await press(page, 'Forget');
      await page.getByLabel('Called by').selectOption('ignore');
      await press(page, 'Burst');
      await page.getByText('start tea, flight 2 — 1 waiting').waitFor();
      await press(page, 'Abort');
      await page.getByText('the pipeline gets the error: aborted by the visitor').waitFor();
      await press(page, 'Abort');
      await page.getByText('abort: nobody there for tea').waitFor();
      expect([await shown('.runs'), await shown('.calls')]).toEqual([[2], [103]]);
    },
    SLOW_MACHINES,
  );

  it(
    'should let promise callers leave by their signals at the console, and hang up when the last has left',
    async () => {
      await open();
      await page.goto(`${url}?scene=console&latency=10000`);
      await page.getByLabel('Called by').selectOption('coalescedAsync');
      await page.getByLabel('Retries').fill('2');
      await press(page, 'Call');
      await press(page, 'Call');
      await press(page, 'Leader leaves');
      await page.getByText('Ada gets the error: no longer interested').waitFor();
      await page.getByText('leave tea, flight 1 — 1 waiting').waitFor();
      await press(page, 'Leave');
      await page.getByText('Ben gets the error: no longer interested').waitFor();
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
      await open();
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
      await open();
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

  async function open(): Promise<void> {
    page = await browser.newPage({ viewport: { width: 390, height: 800 }, colorScheme: 'dark' });
    complaints = complaintsOf(page);
  }

  async function quiet(played = page): Promise<void> {
    await played.locator('main[data-state=quiet]').waitFor({ timeout: SLOW_MACHINES });
  }

  async function shown(output: string): Promise<number[]> {
    const texts = await page.locator(output).allTextContents();
    return texts.map((text) => Number(text.replace(',', '')));
  }

  /** What the server answers to a request that is not the page's. */
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

function press(page: Page, name: string): Promise<void> {
  return page.getByRole('button', { name, exact: true }).click();
}
