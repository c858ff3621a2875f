import { AuthServer } from './auth-server.js';
import { ask } from './client.js';
import { page } from './page.js';
import { refreshOnce } from './refresh.js';
import { tokensInMemory } from './tokens.js';

const requests = 20;
const server = new AuthServer(await page());
const url = await server.start();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.close());

const tokens = tokensInMemory('a token of yesterday');
const refresh = refreshOnce(url, tokens);

await report('The token has expired');
server.expire();
server.down = true;
server.refuseFirst(requests);
await report('It expires again, and the server refuses a new one');
server.down = false;
await report('The server gives tokens again');

console.log(`
To see several tabs share one refresh, open this address in each of them (until Ctrl-C): ${url.href}`);

async function report(what: string): Promise<void> {
  const before = server.refreshes;
  const answers = await Promise.allSettled(
    Array.from({ length: requests }, (_, n) => ask(new URL(`/data/${n}`, url), tokens, refresh)),
  );
  const answered = answers.filter(({ status }) => status === 'fulfilled').length;
  console.log(`${what}: ${answered} of ${requests} requests were answered, with ${server.refreshes - before} refresh.`);
}
