import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { packed } from './packed.js';
import { run } from './run.js';

const folder = 'scripts/consumers';

/** The projects there: a folder without a package.json has what several have in common. */
export const consumers = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'package.json')));

/**
 * Runs the tests of a user's project with the packed library, that rxjs and that Node. `jest-29` has the files of `jest` too.
 */
export async function consume(name, rxjs, log, node = process.execPath) {
  const project = mkdtempSync(join(tmpdir(), `rxjs-coalesce-${name}-`));
  try {
    for (const part of [name.replace(/-\d+$/, ''), name].map((part) => join(folder, part)).filter(existsSync)) {
      cpSync(part, project, { recursive: true, filter: (path) => !path.endsWith('node_modules') });
    }
    const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
    const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
    return (
      (await run({ log, cwd: project }, 'npm', 'install', '--no-save', ...quietly, packed(), `rxjs@${rxjs}`)) &&
      (await run({ log, cwd: project, env }, 'npm', 'test'))
    );
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}
