/** The gateway of the example, its runs shared in one of the ways of `variants/promises.js`, in a process of its own. */
import { Agent, createServer } from 'node:http';
import { startGateway } from '../../build/examples/digest-gateway/gateway.js';
import {
  ask,
  digestUrl,
  fileAskedFor,
  json,
  listen,
  notUnderstood,
  send,
} from '../../build/examples/digest-gateway/http.js';
import { promises } from '../variants/promises.js';

const [variant, originUrl] = process.argv.slice(2);
const origin = new URL(originUrl);
const url = promises[variant] ? await startPromiseGateway(await promises[variant].load()) : await startExample();

process.on('message', () => process.send({ memory: process.resourceUsage().maxRSS * 1024 }, () => process.exit()));
process.send({ url: url.href });

async function startExample() {
  const gateway = await startGateway(origin, { coalesce: variant === 'coalesced' });
  return gateway.url;
}

function startPromiseGateway(share) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const digest = share((file) => ask(digestUrl(origin, file), { agent }));
  const server = createServer((request, response) => {
    const file = fileAskedFor(request);
    if (file === null) {
      send(response, notUnderstood);
      return;
    }
    digest(file).then(
      (answer) => send(response, answer),
      () => send(response, json(502, { error: 'the origin does not answer' })),
    );
  });
  return listen(server);
}
