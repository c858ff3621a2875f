/** What package.json says of the package, for all that must know its entry points. */
import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** The names of the packages that users bring. */
export const peers = Object.keys(manifest.peerDependencies);

/** The entry points by `exports`; `cjs` is undefined where there is ESM only. */
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
