import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import webpack, { type Configuration } from 'webpack';

/** The page that each tab shows, with its script inside. */
export async function page(): Promise<string> {
  const folder = fileURLToPath(new URL(`bundle-${process.pid}`, import.meta.url));
  try {
    const stats = await promisify<Configuration, webpack.Stats | undefined>(webpack)({
      mode: 'production',
      optimization: { minimize: false },
      entry: fileURLToPath(new URL('tab.js', import.meta.url)),
      output: { path: folder, filename: 'tab.js' },
      // Or this repository's tsconfig.json would lead to the sources of the library, not to the package.
      experiments: { typescript: false },
    });
    if (stats === undefined || stats.hasErrors()) throw new Error(stats?.toString('errors-only'));
    return html(await readFile(join(folder, 'tab.js'), 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function html(script: string): string {
  return `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width" />
  <meta name="color-scheme" content="light dark" />
  <title>One refresh for all tabs</title>
  <link rel="icon" href="data:," />
  <style>
    body { max-width: 34rem; margin: 3rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
    button { font: inherit; }
  </style>
  <h1>One refresh for all tabs</h1>
  <p>Open this page several times. Expire the token, then press Ask in every tab. The server gets only one request for a new token.</p>
  <p><button id="expire">Expire the token</button> <button id="ask">Ask ten times</button></p>
  <p><output aria-live="polite"></output></p>
  <script type="module">${script.replaceAll('</script', '<\\/script')}</script>
</html>
`;
}
