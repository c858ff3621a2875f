import { once } from 'node:events';
import { get, type IncomingMessage, type RequestOptions, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Listens on loopback, at a port of the system's choosing. */
export async function listen(server: Server): Promise<URL> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

export async function stop(server: Server): Promise<void> {
  const closed = once(server.close(), 'close');
  server.closeAllConnections();
  await closed;
}

export function digestUrl(server: URL, file: string): URL {
  const url = new URL('/digest', server);
  url.searchParams.set('file', file);
  return url;
}

/** The NAME of a `GET /digest?file=NAME`; null for any other request. */
export function fileAskedFor({ method, url = '' }: IncomingMessage): string | null {
  const [path, query] = url.split('?', 2);
  return method === 'GET' && path === '/digest' ? new URLSearchParams(query).get('file') : null;
}

export function ask(url: URL, options: RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, options, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    }).on('error', reject);
  });
}

export function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

export function json(status: number, value: unknown): Answer {
  return { status, body: `${JSON.stringify(value)}\n` };
}

export const notUnderstood = json(400, { error: 'ask for GET /digest?file=NAME' });
