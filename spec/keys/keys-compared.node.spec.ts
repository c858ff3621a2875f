import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as argumentLists from '../support/argument-lists.js';
import { installed } from '../support/installed.js';

interface Variant {
  readonly load: () => unknown;
}

interface Comparison {
  readonly asked: Counts;
  readonly countsOf: (variant: Variant) => Promise<Counts>;
}

type Counts = Readonly<Record<'merged' | 'missed' | 'refused', number>>;

const bench = (name: string) => import(pathToFileURL(resolve('bench', name)).href) as Promise<unknown>;
const { comparison, rowOf } = (await bench('keys-compared.js')) as {
  readonly comparison: (lists: typeof argumentLists) => Comparison;
  readonly rowOf: (name: string, variant: Variant, counts: Counts) => readonly string[];
};
const { byArguments } = (await bench('variants/argument-lists.js')) as {
  readonly byArguments: Readonly<Record<string, Variant>>;
};
const known: [name: string, variant: Variant][] = [];
for (const [name, variant] of Object.entries(byArguments)) {
  if ((await installed(variant.load)) !== undefined) {
    known.push([name, variant]);
  }
}

const { asked, countsOf } = comparison(argumentLists);
const page = readFileSync('docs/keys-compared.md', 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim())); // prettier-ignore

describe('docs/keys-compared.md', () => {
  it('should give the numbers of pairs', () => {
    for (const count of Object.values(asked)) {
      expect(page).toMatch(new RegExp(`\\b${count.toLocaleString('en')}\\b`));
    }
  });

  for (const [name, variant] of known) {
    it(`should list what the keys of ${name} merge, miss and refuse`, async () => {
      expect(rows).toContain([...rowOf(name, variant, await countsOf(variant))]);
    });
  }

  it('should show that ours neither merge nor miss any, and refuse none', async () => {
    expect(await countsOf(byArguments['rxjs-coalesce']!)).toEqual({ merged: 0, missed: 0, refused: 0 });
  });
});
