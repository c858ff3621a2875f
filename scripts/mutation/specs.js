/** The specs that stryker runs in its copy of the project, quick ones first. */
import { readdirSync } from 'node:fs';

const { afterEach, beforeAll, beforeEach, it } = globalThis;

// The documentation takes long, and finds little that other specs do not.
// The places of the breakages are not in a source that is broken in every way at once.
// What runs by dist/ is not broken there. The specs of src/nest/ run elsewhere, and those of src/across/ take too long for each break.
const leftOut = /\.browser\.spec\.ts$|^snippets|breakages\.node|without-dom|^across|^nest/;
const slow = [
  'keys/argument-lists.spec.ts',
  'growth.spec.ts',
  'leaks.node.spec.ts',
  'promises/promise-leaks.node.spec.ts',
  'model/model.spec.ts',
];

process.env.SCHEDULES ??= '300';

const sources = readdirSync('spec', { recursive: true }).filter((name) => name.endsWith('.spec.ts'));
const quick = sources.filter((source) => !leftOut.test(source) && !slow.includes(source));

// To stryker a spec whose preparation failed has not run. Here it has failed.
globalThis.beforeAll = (prepare) => {
  let prepared;
  beforeAll(() => {
    prepared = Promise.resolve().then(prepare);
    return prepared.catch(() => undefined);
  });
  beforeEach(() => prepared);
};

for (const source of [...quick, ...slow]) {
  try {
    await import(`../../build/spec/${source.replace(/\.ts$/, '.js')}`);
  } catch (error) {
    // To stryker a file that does not load is no failure. Here it is one.
    it(`loads ${source}`, () => {
      throw error;
    });
  }
}

// An error that a spec leaves for a timer to throw is a failure of that spec, not of the next one, and does not end the process.
afterEach(() => new Promise((resolve) => setTimeout(resolve)));
