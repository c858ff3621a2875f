/** Runs the NestJS specs, and the snippets that need it, with each version in scripts/nest/, or with those that are named. */
import { readdirSync, readFileSync } from 'node:fs';
import { nestProject, run } from './nest-project.js';

const named = process.argv.slice(2);
const specs = readdirSync('spec/nest')
  .filter((name) => name.endsWith('.spec.ts'))
  .map((name) => `spec/nest/${name}`);

for (const version of named.length > 0 ? named : readdirSync('scripts/nest')) {
  const root = `build/nest-${version}`;
  nestProject(root, version, [
    'spec/nest',
    'spec/support',
    'spec/examples/program.ts',
    'examples/nest-app',
    'docs',
    'README.md',
  ]);
  const { version: exactly } = JSON.parse(readFileSync(`${root}/node_modules/@nestjs/core/package.json`, 'utf8'));
  console.log(`NestJS ${exactly} under Node ${process.versions.node}:`);
  run(process.execPath, '--expose-gc', '--enable-source-maps', 'scripts/test-node.js', `--root=${root}`, ...specs);
}
