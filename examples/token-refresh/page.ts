import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The page that each tab shows, with its script inside. */
export async function page(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('tab.js', import.meta.url))],
    bundle: true,
    format: 'esm',
    write: false,
    // Or this repository's tsconfig.json would lead to the sources of the library, not to the package.
    tsconfigRaw: {},
  });
  return html(outputFiles.map(({ text }) => text).join(''));
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
