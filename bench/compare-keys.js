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
  console.error('docs/keys-compared.md is out of date: npm run compare:keys writes it.');
  process.exitCode = 1;
}

function page() {
  const [merged, missed, refused] = [asked.merged, asked.missed, asked.refused].map((n) => n.toLocaleString('en'));
  return `# Keys compared

Two calls share a run if their keys are equal. Two mistakes are possible. If different arguments get the same key, a caller gets an answer that was made for
another call. If equal arguments get different keys, work that could be shared is done twice. This page counts both mistakes for each library: with
${merged} pairs of different argument lists, and with ${missed} pairs of equal ones. It also counts how many of ${refused} lists the library refuses with an error.

| library | its key | merged | missed | refused | for example |
| - | - | -: | -: | -: | - |
${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}

- **Merged**: different arguments got one key. This must not happen. An error for one caller is better than a wrong answer.
- **Missed**: equal arguments got different keys. This costs an extra run. Five of these pairs differ only in trailing \`undefined\` arguments, which \`argumentsKey\` treats as absent.
- **Refused**: the library throws an error instead of making a key.
- The lists are plain data, with many unusual values. They are the lists of \`spec/support/argument-lists.ts\`, which also test \`argumentsKey\`, so its
  zeros are expected. They contain nothing that \`argumentsKey\` refuses: functions, class instances, cycles.
- No library here breaks a promise. Comparing by identity is right if callers pass the same object, JSON is right for data that came as JSON, and the first argument is
  enough for a function that has only one. Each library also accepts a key function of your own, and \`argumentsKey\` can be that function.

\`npm run compare:keys\` measures all of them again and writes this page. [Keys for users and tenants](recipes/keys.md) says what belongs in a key.
`;
}
