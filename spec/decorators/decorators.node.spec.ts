import { readFile, writeFile } from 'node:fs/promises';
import ts from 'typescript';
import type * as Fixtures from '../support/decorated.js';
import { describeDecorators } from '../support/decorator-laws.js';

describeDecorators('experimentalDecorators', async () => {
  const { outputText } = ts.transpileModule(await readFile('spec/support/decorated.ts', 'utf8'), {
    compilerOptions: { experimentalDecorators: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  // Next to the file that was compiled under the standard protocol, so that its imports are found.
  const compiled = new URL('../support/decorated.legacy.js', import.meta.url);
  await writeFile(compiled, outputText);
  return (await import(compiled.href)) as typeof Fixtures;
});
