import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { startServer } from './server.js';

const here = resolve('examples/watch-flights');
const script = fileURLToPath(new URL('bundle/page.js', import.meta.url));
await build({ entryPoints: [resolve(here, 'page.ts')], outfile: script, bundle: true, logLevel: 'silent' });

const latency = Number(process.argv[2] ?? 1500);
const server = await startServer(resolve(here, 'page.html'), script, latency);
console.log(`Watch the flights until Ctrl-C: ${server.url.href}`);

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.close());
