import { isIP } from 'node:net';
import { createServer, type ServerResponse } from 'node:http';
import type { InFlightCalls } from 'rxjs-coalesce';
import { json, listen, send, stop } from '../digest-gateway/http.js';
import type { Ping } from './ping.js';

export interface PingServer {
  readonly url: URL;
  readonly inFlight: InFlightCalls<string, Ping>;
  close(): Promise<void>;
}

/** Serves `GET /?host=ADDRESS`: `answer` has only to ping an address that is one. */
export async function startServer(
  inFlight: InFlightCalls<string, Ping>,
  answer: (host: string, response: ServerResponse) => void,
): Promise<PingServer> {
  const server = createServer(({ method, url = '' }, response) => {
    const [path, query] = url.split('?', 2);
    const host = new URLSearchParams(query).get('host');
    if (method !== 'GET' || path !== '/' || !host) {
      send(response, json(400, { error: 'no host: ask for GET /?host=ADDRESS' }));
    } else if (isIP(host) === 0) {
      send(response, json(400, { error: `not an IPv4 or IPv6 address: ${host}` }));
    } else {
      answer(host, response);
    }
  });
  return { url: await listen(server), inFlight, close: () => stop(server) };
}

export function sendPing(response: ServerResponse, ping: Ping): void {
  send(response, json(200, ping));
}

export function sendFailure(response: ServerResponse, error: unknown): void {
  send(response, json(500, { error: (error as Error).message }));
}
