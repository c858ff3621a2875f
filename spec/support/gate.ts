import type { ServerResponse } from 'node:http';
import { startServer } from './local-server.js';

/** A server whose answers a spec gives, for runs in other processes. */
export interface Gate {
  readonly url: string;
  /** The requests that have not been answered. */
  readonly waiting: ReadonlySet<ServerResponse>;
  /** How many requests there were, and how many clients hung up before the answer. */
  readonly asked: number;
  readonly hungUp: number;
  /** Answers everyone who waits, and everyone who will ask. */
  open(): void;
  close(): Promise<void>;
}

export async function startGate(): Promise<Gate> {
  const waiting = new Set<ServerResponse>();
  let isOpen = false;
  let asked = 0;
  let hungUp = 0;
  const server = await startServer((_request, response) => {
    asked++;
    if (isOpen) {
      response.end('open');
      return;
    }
    waiting.add(response);
    response.on('close', () => {
      if (waiting.delete(response)) {
        hungUp++;
      }
    });
  });
  return {
    url: server.url,
    waiting,
    get asked() {
      return asked;
    },
    get hungUp() {
      return hungUp;
    },
    open: () => {
      isOpen = true;
      for (const response of waiting) {
        waiting.delete(response);
        response.end('open');
      }
    },
    close: () => server.close(),
  };
}
