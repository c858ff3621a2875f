/**
 * Compiles src/ to dist/: every module as ESM (`.mjs`) and, but for those beside an entry point that is ESM only, as CommonJS (`.cjs`),
 * each with its own declarations and source maps. By their extension a tool knows the format, whatever it makes of package.json.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hasCommonJs } from './entries.js';

for (const name of emitted()) {
  letter('m', name);
  if (/\.d\.ts(\.map)?$/.test(name) && hasCommonJs(`src/${name}`)) letter('c', name);
  rmSync(`dist/${name}`);
}
// `import type` is written where a type is imported: no import is left out because of what it means.
const commonJs = ['--module', 'commonjs', '--verbatimModuleSyntax', 'false'];
for (const name of emitted(...commonJs, '--declaration', 'false', '--declarationMap', 'false', '--noCheck')) {
  if (hasCommonJs(`src/${name}`)) letter('c', name);
  rmSync(`dist/${name}`);
}

/** What the compiler has written into dist/. It is written there to be renamed, since source maps know their sources by relative paths. */
function emitted(...options) {
  const args = ['-p', 'scripts/tsconfig.build.json', '--noEmitOnError', '--pretty', ...options];
  const { status } = spawnSync(process.execPath, ['node_modules/typescript-7.0/bin/tsc', ...args], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(1);
  return readdirSync('dist', { recursive: true })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.(js|d\.ts)(\.map)?$/.test(name));
}

/** Writes `x.js` or `x.d.ts` again as `x.mjs` or `x.d.mts`, and so for the modules that it imports. */
function letter(letter, name) {
  const text = readFileSync(`dist/${name}`, 'utf8');
  const renamed = name.endsWith('.map')
    ? JSON.stringify({ ...JSON.parse(text), file: lettered(letter, JSON.parse(text).file) })
    : text
        .replace(/\b((?:from|import|require)[ (]*)(["'])(\.\.?\/[^"']+\.js)\2/g, (_, before, quote, specifier) => {
          return before + quote + lettered(letter, specifier) + quote;
        })
        .replace(/(?<=^\/\/# sourceMappingURL=).*/m, (map) => lettered(letter, map));
  writeFileSync(`dist/${lettered(letter, name)}`, renamed);
}

function lettered(letter, name) {
  return name.replace(/([jt]s)(\.map)?$/, `${letter}$1$2`);
}
