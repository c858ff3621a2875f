import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { json, listen, send, stop } from '../digest-gateway/http.js';
import { settingsFrom, type Part, type Tally } from './api.js';

export interface TimelineServer {
  readonly url: URL;
  close(): Promise<void>;
}

/** What the server knows of one play of a scene: plays do not disturb each other. */
interface Play {
  readonly tally: { -readonly [P in keyof Tally]: Tally[P] };
  readonly versions: Map<string, number>;
}

const types: Record<string, string> = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };
const PLAYS_KEPT = 200;

/** Serves the page, made of the `files` by their paths, and the things that it asks for. */
export async function startServer(files: Readonly<Record<string, string>>): Promise<TimelineServer> {
  const plays = new Map<string, Play>();

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const file = files[pathname];
    const [, resource, key = ''] = pathname.split('/');
    if (request.method === 'GET' && file !== undefined) {
      const type = types[extname(file)] ?? 'text/plain';
      response.setHeader('content-type', `${type}; charset=utf-8`).end(await readFile(file));
    } else if (resource === 'tally') {
      send(response, json(200, playOf(searchParams).tally));
    } else if (resource === 'things' && request.method === 'PUT') {
      const { versions, tally } = playOf(searchParams);
      tally.written += 1;
      versions.set(key, (versions.get(key) ?? 1) + 1);
      send(response, json(200, {}));
    } else if (resource === 'things' && request.method === 'GET') {
      await read(decodeURIComponent(key), searchParams, response);
    } else {
      send(response, json(404, { error: 'there is no such thing' }));
    }
  }

  /** Answers with the state at the time of the request, a line for each value, spread over the latency. */
  async function read(key: string, parameters: URLSearchParams, response: ServerResponse): Promise<void> {
    const { latency, failures, broken, values, size } = settingsFrom(parameters);
    const { tally, versions } = playOf(parameters);
    const request = (tally.received += 1);
    const version = versions.get(encodeURIComponent(key)) ?? 1;
    const hangUp = new AbortController();
    response.once('close', () => hangUp.abort());
    try {
      if (request <= broken || Math.random() * 100 < failures) {
        await delay(latency, undefined, { signal: hangUp.signal });
        tally.failed += 1;
        send(response, json(503, { error: 'not now' }));
        return;
      }
      response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
      for (let value = 1; value <= values; value++) {
        await delay(latency / values, undefined, { signal: hangUp.signal });
        const part: Part = { key, request, version, value, filling: '.'.repeat(size * 1024) };
        response.write(`${JSON.stringify(part)}\n`);
      }
      tally.answered += 1;
      response.end();
    } catch {
      tally.aborted += 1;
    }
  }

  function playOf(parameters: URLSearchParams): Play {
    const name = parameters.get('play') ?? '';
    const known = plays.get(name);
    if (known !== undefined) return known;
    const play: Play = {
      tally: { received: 0, answered: 0, failed: 0, aborted: 0, written: 0 },
      versions: new Map(),
    };
    plays.set(name, play);
    for (const [oldest] of plays) {
      if (plays.size <= PLAYS_KEPT) break;
      plays.delete(oldest);
    }
    return play;
  }

  return { url: await listen(server), close: () => stop(server) };
}
