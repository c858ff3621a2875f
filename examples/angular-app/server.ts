import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { json, listen, send, stop, type Answer } from '../digest-gateway/http.js';
import type { Kind, Mode, Person, Tallies } from './api.js';
import { TalliesKept } from './tallies.js';
import * as team from './team.js';

export interface DashboardServer {
  readonly url: URL;
  close(): Promise<void>;
}

/** How long the server takes, in milliseconds. */
const latency: Record<Kind, number> = { people: 400, projects: 300, presence: 200, hours: 2000, writes: 250 };

const types: Record<string, string> = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };

/** Serves the page, made of the `files` by their paths, and what it asks for. */
export async function startServer(files: Readonly<Record<string, string>>): Promise<DashboardServer> {
  const people = new Map(team.people.map((person) => [person.id, person]));
  const kept = new TalliesKept();

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const file = method === 'GET' ? files[url] : undefined;
    const [, , resource, id] = url.split('/');
    if (file !== undefined) {
      response.setHeader('content-type', `${types[extname(file)] ?? ''}; charset=utf-8`).end(await readFile(file));
    } else if (url === '/api/tallies') {
      stream(response);
    } else if (method === 'POST' && resource === 'tallies' && (id === 'with' || id === 'without')) {
      kept.begin(id satisfies Mode);
      send(response, json(200, {}));
    } else if (method === 'PUT' && resource === 'people') {
      const { status } = JSON.parse(await text(request)) as Person;
      await answerLate('writes', response, () => write(Number(id), status));
    } else if (method === 'GET' && resource === 'people') {
      await answerLate('people', response, found(people.get(Number(id))));
    } else if (method === 'GET' && resource === 'projects') {
      await answerLate('projects', response, found(team.projects.find((project) => project.id === Number(id))));
    } else if (method === 'GET' && resource === 'presence') {
      await answerLate('presence', response, found(atTheirDesks()));
    } else if (method === 'GET' && resource === 'hours') {
      await answerLate('hours', response, found(team.hours));
    } else {
      send(response, notFound);
    }
  }

  /** An answer that is known at once shows the state at the time of the request, however late it is sent. */
  async function answerLate(kind: Kind, response: ServerResponse, answer: Answer | (() => Answer)): Promise<void> {
    const end = kept.arrived(kind);
    const hangUp = new AbortController();
    response.once('close', () => hangUp.abort());
    try {
      await delay(latency[kind], undefined, { signal: hangUp.signal });
    } catch {
      end('aborted');
      return;
    }
    end('answered');
    send(response, typeof answer === 'function' ? answer() : answer);
  }

  function write(id: number, status: string): Answer {
    const person = people.get(id);
    if (person === undefined) return notFound;
    people.set(id, { ...person, status });
    return json(200, people.get(id));
  }

  function stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const send = (tallies: Tallies): void => void response.write(`data: ${JSON.stringify(tallies)}\n\n`);
    kept.listeners.add(send);
    response.once('close', () => kept.listeners.delete(send));
    send(kept.tallies);
  }

  return { url: await listen(server), close: () => stop(server) };
}

const notFound = json(404, { error: 'there is no such thing' });

function found(value: unknown): Answer {
  return value === undefined ? notFound : json(200, value);
}

/** Somebody comes or goes every few seconds. */
function atTheirDesks(): number[] {
  const moment = Math.floor(Date.now() / 6000);
  return team.people.map(({ id }) => id).filter((id) => (id * 5 + moment) % 8 > 2);
}
