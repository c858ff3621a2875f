import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Breakage {
  readonly trap?: string;
  readonly why?: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const { breakages } = (await import(pathToFileURL(resolve('scripts/breakages.js')).href)) as {
  breakages: readonly Breakage[];
};

describe('the breakages that test the model', () => {
  for (const { trap, why, file, find, replace } of breakages) {
    it(`should match one place in ${file}: ${trap ?? why}`, () => {
      expect(readFileSync(`src/${file}`, 'utf8').split(find).length).toBe(2);
      expect(replace).not.toBe(find);
    });
  }
});
