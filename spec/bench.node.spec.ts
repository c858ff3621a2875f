import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installed } from './support/installed.js';

interface Work {
  readonly answers: number;
  readonly before?: () => void;
  readonly run: () => number | Promise<number>;
}

interface Question {
  readonly name: string;
  readonly sizes?: readonly unknown[];
  readonly variants: Readonly<Record<string, { readonly load: () => unknown }>>;
  readonly prepare?: (variant: unknown, size: unknown) => Work;
}

const { questions } = (await import(pathToFileURL(resolve('bench/questions.js')).href)) as {
  questions: readonly Question[];
};

const works: { readonly name: string; readonly work: () => Work }[] = [];
for (const { name, sizes: [size] = [], variants, prepare } of questions) {
  for (const [variant, { load }] of Object.entries(variants)) {
    const make = await installed(load);
    if (prepare !== undefined && make !== undefined) {
      works.push({ name: `${variant} to ${name}`, work: () => prepare(make, size) });
    }
  }
}

describe('the benchmark', () => {
  for (const { name, work } of works) {
    it(`should get every answer of ${name}, repeatedly`, async () => {
      const { answers, before, run } = work();
      for (let i = 0; i < 3; i++) {
        before?.();
        expect(await run()).toBe(answers);
      }
    });
  }
});
