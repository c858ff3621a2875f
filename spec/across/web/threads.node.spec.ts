import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Seen } from '../../support/puppet.js';

const SLOW_MACHINES = 60_000;

/** Those of scripts/node/ that have locks, where they are installed, and the one that runs this. */
const packaged = ['24', '26'].map((major) => ({
  name: `Node ${major}`,
  node: resolve(`scripts/node/node_modules/node-${major}-${process.platform}-${process.arch}/bin/node`),
}));
const [major = ''] = process.versions.node.split('.');
const nodes = [
  ...(Number(major) >= 24 ? [{ name: `Node ${major}`, node: process.execPath }] : []),
  ...packaged.filter(({ name, node }) => name !== `Node ${major}` && existsSync(node)),
];

async function play<T>(scene: string, node: string): Promise<T> {
  const { stdout } = await promisify(execFile)(node, ['build/spec/across/web/threads.js', scene], {
    timeout: 30_000,
  });
  return JSON.parse(stdout) as T;
}

describe('Worker threads', () => {
  it(
    'run apart, and say why, where there are no locks',
    async () => {
      const { events, ends } = await play<Seen>('without locks', process.execPath);
      expect(events).toEqual(['start', 'apart 1: No locks for you', 'complete 1']);
      expect(ends).toEqual(['complete']);
    },
    SLOW_MACHINES,
  );

  if (Number(major) < 24) {
    it(
      `run apart on Node ${major}, whose threads have no locks`,
      async () => {
        const { events, values } = await play<Seen>('as it is here', process.execPath);
        expect(events[1]).toMatch(/^apart 1: There are no Web Locks here/);
        expect(values).toEqual(['one', 'two']);
      },
      SLOW_MACHINES,
    );
  }

  if (nodes.length === 0) {
    it('of Node 24 and 26', () => pending('npm ci --prefix scripts/node installs them'));
  }

  for (const { name, node } of nodes) {
    describe(`of ${name}`, () => {
      it(
        'share one run, a thousand callers in each of four',
        async () => {
          expect(await play('herd', node)).toEqual({ runs: 1, answers: 4000 });
        },
        SLOW_MACHINES,
      );

      it(
        'hear the values from the first, however late they come',
        async () => {
          const { runs, values, events } = await play<Seen>('late', node);
          expect([runs, values, events]).toEqual([0, [1, 2, 3, 4], ['start', 'follow 1', 'complete 1']]);
        },
        SLOW_MACHINES,
      );

      it(
        "do not notice when the leader's callers leave, and cancel its run when the last of them leaves elsewhere",
        async () => {
          expect(await play('leave', node)).toEqual({ goesOn: true, fresh: true });
        },
        SLOW_MACHINES,
      );

      it(
        'replace a leader that is terminated by exactly one of them',
        async () => {
          const { runs, values } = await play<{ runs: number[]; values: string[] }>('terminate', node);
          expect(runs).toEqual([0, 0, 0, 1]);
          expect(values).toEqual(Array(4).fill('one,two'));
        },
        SLOW_MACHINES,
      );

      it(
        'fail by a LeaderLostError where a leader that throws had told them values',
        async () => {
          const { values, ends } = await play<Seen>('throw', node);
          expect(values).toEqual([1]);
          expect(ends).toEqual([jasmine.stringMatching(/^LeaderLostError/)]);
        },
        SLOW_MACHINES,
      );

      it(
        'wait for a leader that is stuck, where they have heard of it, and run apart where they have not',
        async () => {
          const { late, follower } = await play<{ late: Seen; follower: Seen }>('block', node);
          expect(late.events[1]).toBe('apart 1: No leader was found within 400 ms');
          expect(follower.values).toEqual(['slow']);
        },
        SLOW_MACHINES,
      );

      it(
        'start afresh after a forget of a third, while present callers keep the old run',
        async () => {
          const { third, follower } = await play<{ third: Seen; follower: Seen }>('forget', node);
          expect(third.values).toEqual(['new']);
          expect(follower.values).toEqual(['old']);
        },
        SLOW_MACHINES,
      );

      it(
        'end by the reason of an abort of a third',
        async () => {
          expect(await play('abort', node)).toEqual({ ends: ['RangeError: enough', 'RangeError: enough'], torn: 1 });
        },
        SLOW_MACHINES,
      );
    });
  }
});
