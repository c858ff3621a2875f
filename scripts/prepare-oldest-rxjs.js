/** Makes build/oldest/ a package of its own, whose `rxjs` is the oldest one that is supported. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { entries } from './entries.js';

const manifest = {
  name: 'rxjs-coalesce',
  type: 'module',
  exports: Object.fromEntries(entries.map(({ path, source }) => [path, `./${source.replace(/ts$/, 'js')}`])),
};

mkdirSync('build/oldest/node_modules', { recursive: true });
writeFileSync('build/oldest/package.json', JSON.stringify(manifest));
rmSync('build/oldest/node_modules/rxjs', { force: true });
symlinkSync(resolve('node_modules/rxjs-oldest'), 'build/oldest/node_modules/rxjs', 'junction');
