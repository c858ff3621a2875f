import { pathToFileURL } from 'node:url'; import { resolve } from 'node:path'; import fs from 'node:fs';
const { startChromium } = await import(pathToFileURL(resolve('build/x/spec/support/chromium.js')).href);
const [,, out, scheme, width, ...files] = process.argv;
const b = await startChromium(); const page = await b.newPage({ colorScheme: scheme, viewport: { width: +width, height: 1400 } });
const html = files.map(f => `<p><img style="max-width:100%" src="data:image/svg+xml;base64,${fs.readFileSync(f).toString('base64')}"></p>`).join('');
await page.setContent(`<body style="background:${scheme==='dark'?'#0d1117':'#fff'};margin:10px">${html}</body>`);
await new Promise(r=>setTimeout(r,500)); await page.screenshot({ path: out, fullPage: true }); await b.close();
