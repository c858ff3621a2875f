/** Plays a scene of the timeline example in a browser and saves its picture for the README: `npm run example:timeline` must have compiled it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { chromiumFlags, findChromium } from './browsers.js';

const { values } = parseArgs({
  options: {
    root: { type: 'string', default: 'build' },
    scene: { type: 'string', default: 'leader-leaves' },
    to: { type: 'string', default: 'docs/pictures/timeline.svg' },
  },
});

const example = spawn(process.execPath, [`${values.root}/examples/timeline/main.js`], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let printed = '';
while (!printed.includes('http:')) printed += (await once(example.stdout, 'data')).join('');
const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumFlags });
try {
  const page = await browser.newPage({ viewport: { width: 860, height: 800 } });
  await page.goto(`${/http:\S+/.exec(printed)[0]}?scene=${values.scene}`);
  await page.locator('main[data-state=quiet]').waitFor();
  const picture = await page.locator('figure svg').evaluate((svg) => {
    const [, , width, height] = svg.getAttribute('viewBox').split(' ');
    svg.setAttribute('width', width);
    svg.setAttribute('height', height);
    svg.setAttribute('class', 'timeline');
    // A picture of its own has no page to follow, and no shadow root to have its styles from.
    svg.setAttribute('style', 'color-scheme: light dark; background: var(--paper)');
    const style = svg.ownerDocument.createElementNS(svg.namespaceURI, 'style');
    const [sheet] = svg.getRootNode().adoptedStyleSheets;
    style.textContent = [...sheet.cssRules].map(({ cssText }) => cssText).join('\n');
    svg.prepend(style);
    return new svg.ownerDocument.defaultView.XMLSerializer().serializeToString(svg);
  });
  mkdirSync('docs/pictures', { recursive: true });
  writeFileSync(values.to, `${picture}\n`);
} finally {
  await browser.close();
  example.kill();
}
