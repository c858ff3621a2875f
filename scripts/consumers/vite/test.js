import { deepEqual } from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { createServer, preview } from 'vite';

const expected = { seen: 'users: 1 in flight', received: ['user 1', 'user 1'], runs: 1 };
const logLevel = 'warn';
const browser = await chromium.launch({
  executablePath: process.env.CHROME_BIN,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  const server = await createServer({ logLevel, server: { port: 0 } });
  const { shared } = await server.ssrLoadModule('/shared.js');
  deepEqual(await shared(), expected);
  await looksRight(await server.listen());

  // What has been built.
  await looksRight(await preview({ logLevel, preview: { port: 0 } }));
} finally {
  await browser.close();
}

/** Opens the page, in which a service worker answers too. */
async function looksRight(server) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(error));
  page.on('console', (message) => console.log(message.text()));
  await page.goto(server.resolvedUrls.local[0]);
  const results = await page.waitForFunction(() => globalThis.results);
  deepEqual(await results.jsonValue(), { ...expected, answers: ['user 1, run 1', 'user 1, run 1'] });
  await context.close();
  await server.close();
}
