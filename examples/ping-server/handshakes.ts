import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Ping } from './ping.js';

const COUNT = 4;
const PORT = 80;
const PATIENCE = 1_000;

/** A host that refuses has answered, too. */
const ANSWERS = new Set(['accepted', 'ECONNREFUSED']);

/** Measures how long a host takes to answer, where there is no `ping` for it. The signal ends it. */
export async function handshakes(host: string, signal: AbortSignal): Promise<Ping> {
  const lines = [`ping is not installed. TCP handshakes with port ${PORT} of ${host} instead:`];
  let answers = 0;
  for (let i = 1; i <= COUNT; i += 1) {
    const start = performance.now();
    const outcome = await handshake(host, signal);
    if (ANSWERS.has(outcome)) answers += 1;
    lines.push(`${i}: ${outcome}, ${(performance.now() - start).toFixed(3)} ms`);
  }
  lines.push(`${COUNT} tried, ${answers} answered`);
  return { host, success: answers > 0, output: `${lines.join('\n')}\n`, error: '' };
}

function handshake(host: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: PORT, signal });
    const end = (outcome: string) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.on('connect', () => end('accepted'));
    socket.setTimeout(PATIENCE, () => end('no answer'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) reject(error);
      else end(error.code ?? error.message);
    });
  });
}
