/** Plays scenes with worker threads, in whatever Node runs it, and prints the results as JSON. */
import { Worker } from 'node:worker_threads';
import type { Command, Seen } from '../../support/puppet.js';

class Thread {
  readonly #worker = new Worker(new URL('thread.js', import.meta.url), { stderr: true });
  readonly exit = new Promise<number>((resolve) => {
    this.#worker.on('exit', resolve);
    this.#worker.on('error', () => undefined);
  });

  do(command: Command | { readonly do: 'end' }): this {
    this.#worker.postMessage(command);
    return this;
  }

  look(): Promise<Seen> {
    return new Promise((resolve) => {
      this.#worker.once('message', resolve);
      this.#worker.postMessage('look');
    });
  }

  async sees(what: (seen: Seen) => boolean): Promise<Seen> {
    for (;;) {
      const seen = await this.look();
      if (what(seen)) {
        return seen;
      }
      await later(10);
    }
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const has =
  (type: string) =>
  (seen: Seen): boolean =>
    seen.events.some((event) => event.startsWith(type));
const ended = (seen: Seen): boolean => seen.ends.length > 0;

let names = 0;

function threads(count: number, patience = 30_000): Thread[] {
  const name = `threads ${names++}`;
  return Array.from({ length: count }, () => new Thread().do({ do: 'open', name, patience }));
}

const quick = { values: ['one', 'two'], every: 50 };
const endless = { values: ['one'], every: 10, end: 'never' } as const;

const scenes: Readonly<Record<string, () => Promise<unknown>>> = {
  /** Four threads with a thousand callers each. */
  async herd() {
    const all = threads(4);
    await Promise.all(all.map((thread) => thread.look()));
    for (const thread of all) {
      thread.do({ do: 'call', key: 1, work: { values: ['answer'], every: 500 }, calls: 1000 });
    }
    const seen = await Promise.all(all.map((thread) => thread.sees(({ ends }) => ends.length === 1000)));
    return {
      runs: seen.map(({ runs }) => runs).reduce((a, b) => a + b),
      answers: seen.flatMap(({ values }) => values).length,
    };
  },

  async late() {
    const [leader, late] = threads(2) as [Thread, Thread];
    leader.do({ do: 'call', key: 1, work: { values: [1, 2, 3, 4], every: 500 } });
    await leader.sees(({ values }) => values.length === 2);
    late.do({ do: 'call', key: 1, work: quick });
    return late.sees(ended);
  },

  async leave() {
    const [leader, follower] = threads(2) as [Thread, Thread];
    leader.do({ do: 'call', key: 1, work: endless });
    await leader.sees(({ values }) => values.length === 1);
    follower.do({ do: 'call', key: 1, work: endless });
    await follower.sees(({ values }) => values.length === 1);
    leader.do({ do: 'leave' });
    const goesOn = (await leader.look()).torn === 0;
    follower.do({ do: 'leave' });
    await leader.sees(({ torn }) => torn === 1);
    return { goesOn, fresh: await fresh(leader, follower) };
  },

  async terminate() {
    const [leader, ...waiting] = threads(5) as [Thread, ...Thread[]];
    leader.do({ do: 'call', key: 1, work: { values: [], every: 10, end: 'never' } });
    await leader.sees(has('lead'));
    for (const thread of waiting) {
      thread.do({ do: 'call', key: 1, work: { values: ['one', 'two'], every: 400 } });
    }
    await Promise.all(waiting.map((thread) => thread.sees(has('follow'))));
    const at = performance.now();
    await leader.end();
    await Promise.race(waiting.map((thread) => thread.sees(has('lead'))));
    const takeover = performance.now() - at;
    const seen = await Promise.all(waiting.map((thread) => thread.sees(ended)));
    return { takeover, runs: seen.map(({ runs }) => runs).sort(), values: seen.map(({ values }) => values.join()) };
  },

  async throw() {
    const [leader, follower] = threads(2) as [Thread, Thread];
    leader.do({ do: 'call', key: 1, work: { values: [1], every: 10, end: 'never' } });
    await leader.sees(({ values }) => values.length === 1);
    follower.do({ do: 'call', key: 1, work: quick });
    await follower.sees(({ values }) => values.length === 1);
    leader.do({ do: 'throw' });
    await leader.exit;
    return follower.sees(ended);
  },

  async block() {
    const [leader, follower, late] = threads(3) as [Thread, Thread, Thread];
    late.do({ do: 'open', name: `threads ${names - 1}`, patience: 1000 });
    leader.do({ do: 'call', key: 1, work: { values: ['slow'], every: 1000 } });
    await leader.sees(has('lead'));
    follower.do({ do: 'call', key: 1, work: quick });
    await follower.sees(has('follow'));
    leader.do({ do: 'block', ms: 3000 });
    await later(50);
    late.do({ do: 'call', key: 1, work: quick });
    return { late: await late.sees(ended), follower: await follower.sees(ended) };
  },

  async forget() {
    const [leader, follower, third] = threads(3) as [Thread, Thread, Thread];
    leader.do({ do: 'call', key: 1, work: { values: ['old'], every: 1500 } });
    await leader.sees(has('lead'));
    follower.do({ do: 'call', key: 1, work: quick });
    await follower.sees(has('follow'));
    third.do({ do: 'forget', key: 1 }).do({ do: 'call', key: 1, work: { values: ['new'], every: 10 } });
    return { third: await third.sees(ended), follower: await follower.sees(ended) };
  },

  async abort() {
    const [leader, follower, third] = threads(3) as [Thread, Thread, Thread];
    leader.do({ do: 'call', key: 1, work: endless });
    await leader.sees(has('lead'));
    follower.do({ do: 'call', key: 1, work: endless });
    await follower.sees(has('follow'));
    leader.do({ do: 'block', ms: 400 });
    await later(100);
    third.do({ do: 'abort', key: 1, reason: 'enough' });
    const ends = [await leader.sees(ended), await follower.sees(ended)].map((seen) => seen.ends.join());
    return { ends, torn: (await leader.look()).torn };
  },

  /** Two threads that no longer listen to our messages, so that only a channel, a lock or a timer would keep them alive. */
  async end() {
    const all = threads(2);
    const codes = all.map(({ exit }) => exit);
    for (const thread of all) {
      thread.do({ do: 'call', key: 1, work: { values: ['answer'], every: 100 } });
    }
    await Promise.all(all.map((thread) => thread.sees(ended)));
    for (const thread of all) {
      thread.do({ do: 'end' });
    }
    return Promise.all(codes);
  },

  async 'without locks'() {
    const thread = new Thread().do({ do: 'open', name: 'alone', patience: 2000, withoutLocks: true });
    thread.do({ do: 'call', key: 1, work: quick });
    return thread.sees(ended);
  },

  async 'as it is here'() {
    const thread = new Thread().do({ do: 'open', name: 'alone', patience: 2000 });
    thread.do({ do: 'call', key: 1, work: quick });
    return thread.sees(ended);
  },
};

/** Whether a call made now starts afresh, wherever it is made, and nothing is held after it. */
async function fresh(...all: Thread[]): Promise<boolean> {
  for (const thread of all) {
    const { runs } = await thread.look();
    thread.do({ do: 'call', key: 1, work: { values: ['fresh'] } });
    const seen = await thread.sees(({ ends }) => ends.includes('complete'));
    if (seen.runs !== runs + 1) {
      return false;
    }
  }
  return true;
}

const outcomes: Record<string, unknown> = {};
for (const scene of process.argv.slice(2)) {
  outcomes[scene] = await scenes[scene]?.();
}
console.log(JSON.stringify(outcomes));
process.exit();
