import { deepStrictEqual as equal, doesNotMatch, match } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import ts from 'typescript';
import webpack from 'webpack';
import { entries, peers } from '../entries.js';
import { packed } from './packed.js';

const programs = {
  bare: `import 'rxjs-coalesce';`,
  alone: ts.transpile(readFileSync('spec/package/first-use.ts', 'utf8'), { target: 'es2022', module: 'esnext' }),
  all: entries.map(({ name }, i) => `import * as entry${i} from '${name}'; console.log(entry${i});`).join('\n'),
};

/** Texts that a minifier leaves as they are, of what a program that uses `coalesced` alone does not need. */
const unneeded = { interceptor: /coalesceInterceptor/, decorators: /expected a method to decorate/ };

const optionalPeers = peers.filter((name) => name !== 'rxjs');
const external = new RegExp(`^(${optionalPeers.join('|')})(/|$)|^node:`);

/** Each writes one program with all packages but the optional peers and Node's own to `output`, as if for browsers, and returns its warnings. */
const bundlers = {
  async webpack(entry, output) {
    const stats = await promisify(webpack)({
      mode: 'production',
      entry,
      output: { path: resolve(output, '..'), filename: 'webpack.mjs', module: true },
      // By default it takes the paths of a tsconfig.json too, from Node 22 on.
      experiments: { outputModule: true, typescript: false },
      externalsType: 'module',
      externals: external,
    });
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    return [...errors, ...warnings];
  },

  async esbuild(entry, output) {
    const options = {
      bundle: true,
      format: 'esm',
      minify: true,
      external: [...optionalPeers, 'node:*'],
      logLevel: 'silent',
    };
    const { warnings } = await build({ ...options, entryPoints: [entry], outfile: output });
    // It warns if there is nothing to keep of an import.
    return warnings.filter(({ id }) => id !== 'ignored-bare-import');
  },

  async rollup(entry, output) {
    const warnings = [];
    const bundled = await rollup({
      input: entry,
      external,
      plugins: [nodeResolve({ browser: true })],
      onwarn: (warning) => warnings.push(warning),
    });
    await bundled.write({ file: output, format: 'es' });
    return warnings.filter(({ code }) => code !== 'EMPTY_BUNDLE');
  },
};

/** Packs the library and bundles programs that import it. They must work, and contain no more than they use. */
export async function bundle(bundler, rxjs) {
  const project = installed(rxjs);
  const written = {};
  for (const [name, program] of Object.entries(programs)) {
    const folder = join(project, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'main.js'), program);
    written[name] = join(folder, `${bundler}.mjs`);
    equal(await bundlers[bundler](join(folder, 'main.js'), written[name]), []);
  }
  const text = (name) => readFileSync(written[name], 'utf8').trim();
  equal(text('bare'), '');
  for (const part of Object.values(unneeded)) {
    match(text('all'), part);
    doesNotMatch(text('alone'), part);
  }
  equal(JSON.parse(execFileSync(process.execPath, [written.alone])), { users: ['user 1', 'user 1'], runs: 1 });
}

/** A new project with the packed library and that rxjs. */
function installed(rxjs) {
  const project = resolve(`build/matrix/bundles-${rxjs}`);
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  const npm = (...args) => execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  npm('install', '--prefix', project, '--prefer-offline', '--no-audit', '--no-fund', packed(), `rxjs@${rxjs}`);
  return project;
}
