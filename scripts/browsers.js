/** Finds the browsers that specs can run in. */
import { existsSync } from 'node:fs';
import { bundledChromium } from './bundled-chromium.js';
import { onPath } from './on-path.js';

const chromeNames = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'];
const chromePlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];
const firefoxPlaces = [
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
];

/** What Chromium needs to start wherever it is found. */
export const chromiumFlags = [
  '--disable-gpu',
  '--disable-dev-shm-usage',
  // Two runs at a time would fight over a fixed port.
  '--remote-debugging-port=0',
  // Chromium refuses to sandbox itself for root.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** The path of a Chrome or Chromium: `$CHROME_BIN`, else an installed one, else the bundled one. */
export async function findChromium() {
  const named = process.env.CHROME_BIN;
  if (named && !existsSync(named)) throw new Error(`CHROME_BIN names no file: ${named}`);
  return named || onPath(chromeNames) || chromePlaces.find(existsSync) || (await bundledChromium());
}

/** The path of an installed Firefox, or undefined. */
export function findFirefox() {
  return process.env.FIREFOX_BIN || onPath(['firefox', 'firefox-esr']) || firefoxPlaces.find(existsSync);
}
