import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';

const here = resolve('examples/timeline');

/** Compiles the page into the `folder`, and returns which files it is made of. */
export async function bundle(folder: string): Promise<Record<string, string>> {
  const page = resolve(folder, 'page.js');
  await build({
    entryPoints: [resolve(here, 'page.ts')],
    outfile: page,
    bundle: true,
    sourcemap: 'inline',
    logLevel: 'silent',
  });
  // The page shows the code of a scene as it is written.
  const sources = readdirSync(resolve(here, 'scenes')).map((name) => [
    `/scenes/${name}`,
    resolve(here, 'scenes', name),
  ]);
  return {
    '/': resolve(here, 'page.html'),
    '/page.css': resolve(here, 'page.css'),
    '/page.js': page,
    '/console.ts': resolve(here, 'console.ts'),
    ...(Object.fromEntries(sources) as Record<string, string>),
  };
}
