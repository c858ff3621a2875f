/** What package.json states about the package, for all that must know its entry points. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path/posix';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** The names of the packages that users bring. */
export const peers = Object.keys(manifest.peerDependencies);

/** The entry points by `exports`; `cjs` is undefined if there is ESM only. */
export const entries = Object.entries(manifest.exports)
  .filter(([, conditions]) => typeof conditions === 'object')
  .map(([path, conditions]) => {
    const { import: esm = conditions, require: cjs } = conditions;
    return {
      path,
      name: path.replace('.', manifest.name),
      source: esm.default.replace('./dist', 'src').replace(/\.mjs$/, '.ts'),
      esm: esm.default,
      types: esm.types,
      cjs: cjs?.default,
    };
  });

const esmOnly = entries.filter(({ cjs }) => cjs === undefined).map(({ source }) => dirname(source));

/** Whether a source is built as CommonJS too: all but those beside an entry point that is ESM only. */
export function hasCommonJs(source) {
  return !esmOnly.includes(dirname(source));
}
