import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.js';
import { startServer } from './server.js';

console.log('Bundling the page…');
const server = await startServer(await bundle(fileURLToPath(new URL('bundle', import.meta.url))));
console.log(`The timeline runs until Ctrl-C: ${server.url.href}`);

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.close());
