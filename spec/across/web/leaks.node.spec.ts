import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const flights = Number(process.env.FLIGHTS ?? 20_000);

const packaged = resolve(`scripts/node/node_modules/node-26-${process.platform}-${process.arch}/bin/node`);
const hasLocks = Number(process.versions.node.split('.')[0]) >= 24;
const node = hasLocks ? process.execPath : existsSync(packaged) ? packaged : undefined;

/** With FLIGHTS=100000, as many. */
describe('Flights across threads', () => {
  it(`leave nothing: after ${flights} that were led and followed no heap, no lock, no channel, no timer; and the process ends (law 39)`, async () => {
    if (node === undefined) {
      pending('npm ci --prefix scripts/node installs a Node with locks');
      return;
    }
    const { stdout } = await promisify(execFile)(node, [
      '--expose-gc',
      'build/spec/across/web/leaks.js',
      String(flights),
    ]);
    const { lead, follow, apart, grown, locks, resources } = JSON.parse(stdout) as Record<string, unknown>;
    expect([apart, locks, resources]).toEqual([0, 0, []]);
    expect(lead).toBeGreaterThanOrEqual(flights);
    expect(follow).toBeGreaterThan(0);
    // The collector and the compiler need that much, more or less, however many flights there are.
    expect(grown).toBeLessThan(5_000_000);
  }, 600_000);
});
