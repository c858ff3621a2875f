import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.js';
import { startServer } from './server.js';

console.log('Compiling the page ahead of time…');
const server = await startServer(await bundle(fileURLToPath(new URL('bundle', import.meta.url))));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.close());
console.log(`The dashboard runs until Ctrl-C: ${server.url.href}`);
