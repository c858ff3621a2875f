import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Seen } from '../../support/puppet.js';

const SLOW_MACHINES = 120_000;

/** The versions in scripts/node/ that have locks, if they are installed, and the one that runs this. */
const packaged = ['24', '26'].map((major) => ({
  name: `Node ${major}`,
  node: resolve(`scripts/node/node_modules/node-${major}-${process.platform}-${process.arch}/bin/node`),
}));
const [major = ''] = process.versions.node.split('.');
const nodes = [
  ...(Number(major) >= 24 ? [{ name: `Node ${major}`, node: process.execPath }] : []),
  ...packaged.filter(({ name, node }) => name !== `Node ${major}` && existsSync(node)),
];

/** The results of the scenes of threads.ts. */
interface Played {
  readonly herd: { readonly runs: number; readonly answers: number };
  readonly late: Seen;
  readonly leave: { readonly goesOn: boolean; readonly fresh: boolean };
  readonly terminate: { readonly runs: readonly number[]; readonly values: readonly string[] };
  readonly throw: Seen;
  readonly block: { readonly late: Seen; readonly follower: Seen };
  readonly forget: { readonly third: Seen; readonly follower: Seen };
  readonly abort: { readonly ends: readonly string[]; readonly torn: number };
  readonly end: readonly number[];
  readonly 'without locks': Seen;
  readonly 'as it is here': Seen;
}

async function play(node: string, ...scenes: (keyof Played)[]): Promise<Played> {
  const { stdout } = await promisify(execFile)(node, ['build/spec/across/web/threads.js', ...scenes], {
    timeout: SLOW_MACHINES,
  });
  return JSON.parse(stdout) as Played;
}

describe('Worker threads', () => {
  let played: Played;

  beforeAll(async () => {
    played = await play(process.execPath, 'without locks', 'as it is here');
  }, SLOW_MACHINES);

  it('run apart, and report why, if locks are refused', () => {
    const { events, ends } = played['without locks'];
    expect(events).toEqual(['start', 'apart 1: No locks for you', 'complete 1']);
    expect(ends).toEqual(['complete']);
  });

  if (Number(major) < 24) {
    it(`run apart, and report why, on Node ${major}, whose threads have no locks`, () => {
      const { events, values } = played['as it is here'];
      expect(events[1]).toMatch(/^apart 1: There are no Web Locks here/);
      expect(values).toEqual(['one', 'two']);
    });
  }

  if (nodes.length === 0) {
    it('of Node 24 and 26', () => pending('npm ci --prefix scripts/node installs them'));
  }

  for (const { name, node } of nodes) {
    describe(`of ${name}`, () => {
      let played: Played;

      beforeAll(async () => {
        played = await play(node, 'herd', 'late', 'leave', 'terminate', 'throw', 'block', 'forget', 'abort', 'end');
      }, SLOW_MACHINES);

      it('share one run, a thousand callers in each of four', () => {
        expect(played.herd).toEqual({ runs: 1, answers: 4000 });
      });

      it('receive the values from the first, however late they join', () => {
        const { runs, values, events } = played.late;
        expect([runs, values, events]).toEqual([0, [1, 2, 3, 4], ['start', 'follow 1', 'complete 1']]);
      });

      it("do not notice when the leader's callers leave, and cancel its run when the last of them leaves elsewhere", () => {
        expect(played.leave).toEqual({ goesOn: true, fresh: true });
      });

      it('replace a leader that is terminated by exactly one of them', () => {
        expect(played.terminate.runs).toEqual([0, 0, 0, 1]);
        expect(played.terminate.values).toEqual(Array(4).fill('one,two'));
      });

      it('fail with a LeaderLostError if a leader that throws had notified them of values', () => {
        const { values, ends } = played.throw;
        expect(values).toEqual([1]);
        expect(ends).toEqual([jasmine.stringMatching(/^LeaderLostError/)]);
      });

      it('wait for a leader that is stuck if they follow it already, and run apart if not', () => {
        expect(played.block.late.events[1]).toBe('apart 1: No leader was found within 1000 ms');
        expect(played.block.follower.values).toEqual(['slow']);
      });

      it('start afresh after a forget by a third, while present callers keep the old run', () => {
        expect(played.forget.third.values).toEqual(['new']);
        expect(played.forget.follower.values).toEqual(['old']);
      });

      it('end with the reason of an abort by a third, even if the leader is busy when it is asked', () => {
        expect(played.abort).toEqual({ ends: ['RangeError: enough', 'RangeError: enough'], torn: 1 });
      });

      it('end by themselves when nothing is in flight', () => {
        expect(played.end).toEqual([0, 0]);
      });
    });
  }
});
