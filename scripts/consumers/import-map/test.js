import { deepEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { chromium } from 'playwright-core';

const types = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript' };

// A plain server of files.
const server = createServer(async ({ url }, response) => {
  try {
    const file = new URL(`.${url}`, import.meta.url);
    response.writeHead(200, { 'content-type': types[extname(file.pathname)] }).end(await readFile(file));
  } catch {
    response.writeHead(404).end();
  }
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const browser = await chromium.launch({
  executablePath: process.env.CHROME_BIN,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  page.on('console', (message) => console.log(message.text()));
  await page.goto(`http://127.0.0.1:${server.address().port}/index.html`);
  const results = await page.waitForFunction(() => globalThis.results);
  deepEqual(await results.jsonValue(), {
    type: 'lead',
    seen: 'users: 1 in flight',
    received: ['user 1', 'user 1'],
    runs: 1,
  });
} finally {
  await browser.close();
  server.close();
}
