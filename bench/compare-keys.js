/** Counts what each library's keys merge, miss and refuse; prints it, and writes `docs/keys-compared.md`, or `--check`s that. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import * as argumentLists from '../build/spec/support/argument-lists.js';
import { installPeers } from './install.js';
import { comparison, rowOf } from './keys-compared.js';
import { byArguments } from './variants/argument-lists.js';

const { check } = parseArgs({ options: { check: { type: 'boolean', default: false } } }).values;
const file = fileURLToPath(new URL('../docs/keys-compared.md', import.meta.url));

installPeers();
const { asked, countsOf } = comparison(argumentLists);
const table = { 'of how many': asked };
const rows = [];
for (const [name, variant] of Object.entries(byArguments)) {
  table[name] = await countsOf(variant);
  rows.push(rowOf(name, variant, table[name]));
}
console.table(table);

const text = await format(page(), { ...(await resolveConfig(file)), parser: 'markdown' });
if (!check) {
  await writeFile(file, text);
} else if ((await readFile(file, 'utf8')) !== text) {
  console.error('docs/keys-compared.md says something else: npm run compare:keys writes it.');
  process.exitCode = 1;
}

function page() {
  const [merged, missed, refused] = [asked.merged, asked.missed, asked.refused].map((n) => n.toLocaleString('en'));
  return `# Keys compared

Two calls share a run if their keys are the same. A key that is the same for arguments that differ gives a caller somebody else's answer; one
that differs for arguments that are equal runs twice what should run once. Here is how often each library does so, asked for
${merged} pairs of argument lists that differ and ${missed} that are equal, and how many of ${refused} lists it refuses to make a key of.

| library | its key | merged | missed | refused | for example |
| - | - | -: | -: | -: | - |
${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}

- **Merged** is what must not happen. A refusal, which is an error to one caller, is better than a wrong answer.
- **Missed** costs a run. Five of those pairs differ in trailing \`undefined\` arguments, which \`argumentsKey\` takes for absent ones.
- The lists are plain data, odd data among it: those of \`spec/support/argument-lists.ts\`, by which \`argumentsKey\` itself is tested, so that its
  own line is no surprise. What it refuses, functions, class instances and cycles, is not among them.
- Nobody here breaks a promise. Identity is right for callers who hand on one object, JSON for what came as JSON, the first argument for
  functions that have one. Each takes a function of your own instead, and \`argumentsKey\` may be that function.

\`npm run compare:keys\` asks them all again and writes this page. [Keys for users and tenants](recipes/keys.md) says what belongs in a key.
`;
}
