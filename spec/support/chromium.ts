import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';

interface Browsers {
  readonly chromiumFlags: string[];
  readonly findChromium: () => Promise<string>;
}

/** Starts a browser for specs that run in Node and look at pages. */
export async function startChromium(...flags: readonly string[]): Promise<Browser> {
  // Code that is compiled into build/ finds scripts/ from the working directory.
  const { chromiumFlags, findChromium } = (await import(
    pathToFileURL(resolve('scripts/browsers.js')).href
  )) as Browsers;
  return chromium.launch({
    executablePath: await findChromium(),
    args: [...chromiumFlags, ...flags],
    // For specs that go back.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
}
