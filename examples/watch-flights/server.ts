import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { coalescedAsync } from 'rxjs-coalesce';
import { describeFlights, type WatchedFlights } from 'rxjs-coalesce/timeline';
import { listen, stop } from '../digest-gateway/http.js';

export interface WatchedServer {
  readonly url: URL;
  close(): Promise<void>;
}

/** Serves the page, things that take their time, and what is in flight: as text, and as it happens. */
export async function startServer(page: string, script: string, latency: number): Promise<WatchedServer> {
  const load = coalescedAsync(async (id: string) => {
    await delay(latency);
    if (id === 'unicorn') throw new Error('there are no unicorns');
    return { id, readAt: new Date() };
  });
  // From here on it is known since when flights are under way.
  describeFlights(load.inFlight);

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });

  async function answer({ url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(url, 'http://localhost');
    const [, resource, id = ''] = pathname.split('/');
    if (pathname === '/') {
      response.setHeader('content-type', 'text/html').end(await readFile(page));
    } else if (pathname === '/page.js') {
      response.setHeader('content-type', 'text/javascript').end(await readFile(script));
    } else if (pathname === '/flights') {
      streamFlights(load.inFlight, response);
    } else if (pathname === '/flights.txt') {
      response.setHeader('content-type', 'text/plain; charset=utf-8').end(`${describeFlights(load.inFlight)}\n`);
    } else if (resource === 'things') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(await load(decodeURIComponent(id))));
    } else {
      response.writeHead(404).end();
    }
  }

  return { url: await listen(server), close: () => stop(server) };
}

/** Sends the events of a registry as they happen, as server-sent events, until the client hangs up. */
function streamFlights({ events }: WatchedFlights, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  const listening = events.subscribe({
    next: (event) => {
      // What is no plain data would arrive changed.
      const sent = 'error' in event ? { ...event, error: String(event.error) } : event;
      response.write(`data: ${JSON.stringify(sent)}\n\n`);
    },
    error: () => response.end(),
  });
  response.once('close', () => listening.unsubscribe());
}
