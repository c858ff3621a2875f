import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

let tarball;

/** The path of the packed library, which is packed once. */
export function packed() {
  if (tarball === undefined) {
    const folder = resolve('build/matrix');
    mkdirSync(folder, { recursive: true });
    const printed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { encoding: 'utf8' });
    tarball = resolve(folder, JSON.parse(printed)[0].filename);
  }
  return tarball;
}
