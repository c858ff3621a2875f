import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { findChromium } from '../browsers.js';
import { findRedis, remedy } from '../find-redis.js';
import { packed } from './packed.js';
import { run } from './run.js';

const folder = 'scripts/consumers';

/** The projects there: a folder without a package.json has what several have in common. */
export const consumers = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'package.json')));

/** By a package that a project uses: the environment variable that names the program it drives, what finds the program, and what to do without. */
const programs = {
  'playwright-core': { variable: 'CHROME_BIN', find: findChromium },
  ioredis: { variable: 'REDIS_SERVER', find: findRedis, missing: remedy },
};

/**
 * Runs the tests of a user's project with the packed library, that rxjs and that Node. `jest-29` has the files of `jest` too. Resolves with
 * false if they failed, and with the name of a program that is missing.
 */
export async function consume(name, rxjs, log, node = process.execPath) {
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  const { dependencies } = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8'));
  for (const used of Object.keys(programs).filter((used) => used in dependencies)) {
    const { variable, find, missing } = programs[used];
    env[variable] = await find();
    if (env[variable] === undefined) return missing;
  }
  const project = mkdtempSync(join(tmpdir(), `rxjs-coalesce-${name}-`));
  try {
    for (const part of [name.replace(/-\d+$/, ''), name].map((part) => join(folder, part)).filter(existsSync)) {
      cpSync(part, project, { recursive: true, filter: (path) => !path.endsWith('node_modules') });
    }
    const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
    return (
      (await run({ log, cwd: project }, 'npm', 'install', '--no-save', ...quietly, packed(), `rxjs@${rxjs}`)) &&
      (await run({ log, cwd: project, env }, 'npm', 'test'))
    );
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}
