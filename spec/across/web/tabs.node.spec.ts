import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startChromium } from '../../support/chromium.js';
import { startServer, type LocalServer } from '../../support/local-server.js';
import { puppetScripts } from '../../support/puppet-scripts.js';
import { until } from '../../support/until.js';
import type { Command, Puppet, Seen, Work } from '../../support/puppet.js';

const SLOW_MACHINES = 60_000;

type Steered = typeof globalThis & { puppet: Puppet; workers: ((message: unknown) => Promise<Seen>)[] };

/** What a spec controls: a page, or a worker of a page. */
interface Participant {
  do(...commands: Command[]): Promise<void>;
  look(): Promise<Seen>;
}

class Tab implements Participant {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async do(...commands: Command[]): Promise<void> {
    await this.page.evaluate((commands) => {
      for (const command of commands) {
        void (globalThis as Steered).puppet.do(command);
      }
    }, commands);
  }

  look(): Promise<Seen> {
    return this.page.evaluate(() => (globalThis as Steered).puppet.seen);
  }
}

class InWorker implements Participant {
  readonly #tab: Page;
  readonly #number: number;

  constructor(tab: Page, number: number) {
    this.#tab = tab;
    this.#number = number;
  }

  async do(...commands: Command[]): Promise<void> {
    for (const command of commands) {
      await this.#send(command);
    }
  }

  look(): Promise<Seen> {
    return this.#send('look');
  }

  #send(message: Command | 'look'): Promise<Seen> {
    return this.#tab.evaluate(
      ([number, message]) => (globalThis as Steered).workers[number as number]!(message),
      [this.#number, message],
    );
  }
}

describe('Tabs of Chromium', () => {
  let server: LocalServer;
  let browser: Browser;
  let context: BrowserContext;
  let secure: string;
  let insecure: string;
  /** Requests that are held, and requests that were aborted. */
  let held = 0;
  let givenUp = 0;
  let name = 0;

  beforeAll(async () => {
    const scripts = await puppetScripts();
    server = await startServer((request, response) => {
      const script = scripts.get(request.url ?? '');
      if (request.url === '/held') {
        held++;
        response.on('close', () => givenUp++);
      } else if (script !== undefined) {
        response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
      } else {
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end('<!doctype html><title>tab</title><script src="/puppet-page.js"></script>');
      }
    });
    secure = server.url;
    insecure = server.url.replace('127.0.0.1', 'insecure.example');
    browser = await startChromium('--host-resolver-rules=MAP insecure.example 127.0.0.1');
  }, SLOW_MACHINES);

  afterAll(async () => {
    await browser.close();
    await server.close();
  }, SLOW_MACHINES);

  beforeEach(async () => {
    context = await browser.newContext();
    name++;
    held = givenUp = 0;
  }, SLOW_MACHINES);

  afterEach(() => context.close(), SLOW_MACHINES);

  async function tab(url = secure): Promise<Tab> {
    const page = await context.newPage();
    await page.goto(url);
    const tab = new Tab(page);
    await tab.do({ do: 'open', name: `tabs ${name}`, patience: 30_000 });
    return tab;
  }

  /** A dedicated, a shared and a service worker of a page. */
  async function startWorkers({ page }: Tab): Promise<[InWorker, InWorker, InWorker]> {
    await page.evaluate(async () => {
      const dedicated = new Worker('/puppet-worker.js');
      const shared = new SharedWorker('/puppet-worker.js').port;
      await navigator.serviceWorker.register('/puppet-worker.js');
      const service = (await navigator.serviceWorker.ready).active as ServiceWorker;
      const ask =
        (to: { postMessage(message: unknown): void }, from: EventTarget) =>
        (message: unknown): Promise<unknown> =>
          new Promise((resolve) => {
            from.addEventListener('message', (event) => resolve((event as MessageEvent).data), { once: true });
            to.postMessage(message);
          });
      shared.start();
      navigator.serviceWorker.startMessages();
      Object.assign(globalThis, {
        workers: [ask(dedicated, dedicated), ask(shared, shared), ask(service, navigator.serviceWorker)],
      });
    });
    return [new InWorker(page, 0), new InWorker(page, 1), new InWorker(page, 2)];
  }

  async function sees(participant: Participant, what: (seen: Seen) => boolean): Promise<Seen> {
    for (;;) {
      const seen = await participant.look();
      if (what(seen)) {
        return seen;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** One leads a flight, and then another follows it. */
  async function follow(leader: Participant, leads: Command, follower: Participant, follows: Command): Promise<void> {
    await leader.do(leads);
    await sees(leader, has('lead'));
    await follower.do(follows);
    await sees(follower, has('follow'));
  }

  async function heldLocks({ page }: Tab): Promise<number> {
    return page.evaluate(async () => {
      const { held = [], pending = [] } = await navigator.locks.query();
      return held.length + pending.length;
    });
  }

  const has = (type: string) => (seen: Seen) => seen.events.some((event) => event.startsWith(type));
  const ended = (calls: number) => (seen: Seen) => seen.ends.length >= calls;
  const call = (work: Work, more: object = {}): Command => ({ do: 'call', key: { page: 1 }, work, ...more });
  const endless: Work = { values: ['one'], end: 'never' };
  const silent: Work = { end: 'never' };
  const quick: Work = { values: ['one', 'two'] };

  it(
    'share one run, a thousand callers in each of four',
    async () => {
      const tabs = await Promise.all([tab(), tab(), tab(), tab()]);
      await Promise.all(tabs.map((each) => each.do(call({ values: ['answer'], every: 1000 }, { calls: 1000 }))));
      const seen = await Promise.all(tabs.map((each) => sees(each, ended(1000))));
      expect(seen.map(({ runs }) => runs).sort()).toEqual([0, 0, 0, 1]);
      expect(seen.flatMap(({ values }) => values)).toEqual(Array(4000).fill('answer'));
    },
    SLOW_MACHINES,
  );

  it(
    'receive the values from the first, however late they join',
    async () => {
      const [leader, late] = await Promise.all([tab(), tab()]);
      await leader.do(call({ values: [1, 2, 3], every: 200 }));
      await sees(leader, ({ values }) => values.length === 2);
      await late.do(call(quick));
      expect(await sees(late, ended(1))).toEqual(
        jasmine.objectContaining({ runs: 0, values: [1, 2, 3], events: ['start', 'follow 1', 'complete 1'] }),
      );
    },
    SLOW_MACHINES,
  );

  for (const [how, die] of Object.entries({
    'is closed': ({ page }: Tab) => page.close(),
    crashes: async ({ page }: Tab) => {
      const crashed = page.waitForEvent('crash');
      page.goto('chrome://crash').catch(() => undefined);
      await crashed;
    },
    'navigates away': ({ page }: Tab) => page.goto('about:blank'),
  })) {
    it(
      `replace a leader that ${how}, by exactly one of them`,
      async () => {
        const leader = await tab();
        await leader.do(call(silent));
        await sees(leader, has('lead'));
        const waiting = await Promise.all([tab(), tab(), tab()]);
        for (const each of waiting) {
          await each.do(call({ values: ['one', 'two'], every: 400 }));
          await sees(each, has('follow'));
        }
        await die(leader);
        const seen = await Promise.all(waiting.map((each) => sees(each, ended(1))));
        expect(seen.map(({ runs }) => runs).sort()).toEqual([0, 0, 1]);
        expect(seen.map(({ values }) => values)).toEqual(Array(3).fill(['one', 'two']));
      },
      SLOW_MACHINES,
    );
  }

  it(
    'fail with a LeaderLostError if the leader that is closed had notified them of values',
    async () => {
      const [leader, follower] = await Promise.all([tab(), tab()]);
      await leader.do(call(endless));
      await sees(leader, has('lead'));
      await follower.do(call(quick));
      await sees(follower, ({ values }) => values.length === 1);
      await leader.page.close();
      const { values, ends } = await sees(follower, ended(1));
      expect([values, ends]).toEqual([['one'], [jasmine.stringMatching(/^LeaderLostError/)]]);
    },
    SLOW_MACHINES,
  );

  it(
    "do not notice when the leader's callers leave; when the last caller leaves elsewhere, the request at the server ends",
    async () => {
      const [leader, follower] = await Promise.all([tab(), tab()]);
      const request: Command = { do: 'fetch', key: 1, url: `${secure}/held` };
      await follow(leader, request, follower, request);
      await leader.do({ do: 'leave' });
      // It leads for the other tab, and so has a caller again by its own run.
      await leader.do(request);
      await sees(leader, ({ events }) => events.filter((event) => event.startsWith('lead')).length === 2);
      await leader.do({ do: 'leave' });
      expect([held, givenUp, (await leader.look()).torn]).toEqual([1, 0, 0]);
      await follower.do({ do: 'leave' });
      await sees(leader, ({ torn }) => torn === 1);
      await until(() => givenUp > 0);
      expect([held, givenUp]).toEqual([1, 1]);
    },
    SLOW_MACHINES,
  );

  it(
    'hold no lock when nothing is in flight, and may then be kept for going back',
    async () => {
      const [leader, follower] = await Promise.all([tab(), tab()]);
      await follow(leader, call({ values: ['one'], every: 100 }), follower, call(quick));
      expect(await heldLocks(leader)).toBeGreaterThan(0);
      await Promise.all([sees(leader, ended(1)), sees(follower, ended(1))]);
      await until(async () => (await heldLocks(leader)) === 0);
      expect(await heldLocks(follower)).toBe(0);
    },
    SLOW_MACHINES,
  );

  /** Goes to another page and back, with something done meanwhile. Returns whether the browser has kept the page. */
  async function leaveAndReturn({ page }: Tab, meanwhile: () => Promise<unknown>): Promise<boolean> {
    await page.evaluate(() => {
      addEventListener('pageshow', ({ persisted }) => Object.assign(globalThis, { persisted }));
    });
    await page.goto(`${secure}/elsewhere`);
    await meanwhile();
    // A page that was kept does not load again.
    await page.goBack({ waitUntil: 'commit' });
    await page.waitForFunction(() => 'puppet' in globalThis);
    return page.evaluate(() => 'persisted' in globalThis);
  }

  it(
    'are kept for going back while nothing is in flight, and share again when they return',
    async () => {
      const [leaver, other] = await Promise.all([tab(), tab()]);
      await leaver.do(call({ values: ['one'] }));
      await sees(leaver, ended(1));
      await until(async () => (await heldLocks(leaver)) === 0);
      const isKept = await leaveAndReturn(leaver, async () => {
        await other.do(call({ values: ['two'], every: 500 }));
        await sees(other, has('lead'));
      });
      if (!isKept) {
        pending('this Chromium keeps no pages');
      }
      await leaver.do(call(quick));
      expect((await sees(leaver, ended(2))).values).toEqual(['one', 'two']);
    },
    SLOW_MACHINES,
  );

  it(
    'follow another leader if theirs navigates away, and share with it again when it comes back',
    async () => {
      const [leader, follower] = await Promise.all([tab(), tab()]);
      await follow(leader, call(silent), follower, call({ values: ['own'], every: 1000 }));
      const isKept = await leaveAndReturn(leader, () => sees(follower, has('lead')));
      if (isKept) {
        // It still has its own run, for its own caller.
        expect((await leader.look()).torn).toBe(0);
        await leader.do({ do: 'leave' });
      } else {
        await leader.do({ do: 'open', name: `tabs ${name}`, patience: 30_000 });
      }
      await leader.do(call(quick));
      const { values, runs } = await sees(leader, ended(1));
      expect([values, runs]).toEqual([['own'], isKept ? 1 : 0]);
      expect((await sees(follower, ended(1))).values).toEqual(['own']);
    },
    SLOW_MACHINES,
  );

  it(
    'have left while they are kept for going back, and are answered when they return',
    async () => {
      const [leader, follower] = await Promise.all([tab(), tab()]);
      await follow(leader, call(silent), follower, call({ values: ['own'] }));
      await leader.do({ do: 'leave' });
      const isKept = await leaveAndReturn(follower, () => sees(leader, ({ torn }) => torn === 1));
      if (!isKept) {
        pending('this Chromium keeps no pages');
      }
      const { values, runs } = await sees(follower, ended(1));
      expect([values, runs]).toEqual([['own'], 1]);
    },
    SLOW_MACHINES,
  );

  it(
    'notify all callers of the reason of an abort in any of them, as an error',
    async () => {
      const tabs = await Promise.all([tab(), tab(), tab()]);
      const [leader, follower, third] = tabs;
      await follow(leader, call(silent), follower, call(silent));
      await third.do({ do: 'abort', key: { page: 1 }, reason: 'enough' });
      expect((await sees(leader, ended(1))).ends).toEqual(['RangeError: enough']);
      expect((await sees(follower, ended(1))).ends).toEqual(['RangeError: enough']);
    },
    SLOW_MACHINES,
  );

  it(
    "receive a run's error with its class, once, and nobody retries it",
    async () => {
      const [leader, follower] = await Promise.all([tab(), tab()]);
      await leader.do(call({ every: 300, end: 'error' }));
      await sees(leader, has('lead'));
      await follower.do(call(quick));
      const { ends, runs } = await sees(follower, ended(1));
      expect([ends, runs]).toEqual([['RangeError: no such thing'], 0]);
    },
    SLOW_MACHINES,
  );

  it(
    'run apart, and report why, if there are no locks: on plain http',
    async () => {
      const [one, other] = await Promise.all([tab(insecure), tab(insecure)]);
      await Promise.all([one.do(call(quick)), other.do(call(quick))]);
      for (const each of [one, other]) {
        const { runs, events } = await sees(each, ended(1));
        expect(runs).toBe(1);
        expect(events[1]).toMatch(/^apart 1: There are no Web Locks here/);
      }
    },
    SLOW_MACHINES,
  );

  it(
    'replace a leader in a worker whose page navigates away, though the browser may keep that page',
    async () => {
      const [page, follower] = await Promise.all([tab(), tab()]);
      const [worker] = await startWorkers(page);
      await worker.do({ do: 'open', name: `tabs ${name}`, patience: 30_000 });
      await follow(worker, call(silent), follower, call({ values: ['own'] }));
      await page.page.goto(`${secure}/elsewhere`);
      const { values, runs } = await sees(follower, ended(1));
      expect([values, runs]).toEqual([['own'], 1]);
    },
    SLOW_MACHINES,
  );

  it(
    'share with dedicated, shared and service workers',
    async () => {
      const page = await tab();
      const workers = await startWorkers(page);
      await page.do(call({ values: ['answer'], every: 1000 }));
      await sees(page, has('lead'));
      for (const each of workers) {
        await each.do({ do: 'open', name: `tabs ${name}`, patience: 30_000 }, call(quick));
      }
      for (const each of workers) {
        const { runs, values } = await sees(each, ended(1));
        expect([runs, values]).toEqual([0, ['answer']]);
      }
      expect((await page.look()).runs).toBe(1);
    },
    SLOW_MACHINES,
  );
});
