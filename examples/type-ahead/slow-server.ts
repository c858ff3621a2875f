import { createServer } from 'node:http';
import { json, listen, send, stop } from '../digest-gateway/http.js';

export interface SlowServer {
  readonly url: URL;
  /** The paths asked for, in order. */
  readonly received: readonly string[];
  /** Those whose client hung up before the answer. */
  readonly aborted: readonly string[];
  close(): Promise<void>;
}

/** Answers each path with what `answer` makes of it, after `latency` milliseconds. */
export async function startSlowServer(latency: number, answer: (path: string) => unknown): Promise<SlowServer> {
  const received: string[] = [];
  const aborted: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    received.push(url);
    const timer = setTimeout(() => send(response, json(200, answer(url))), latency);
    response.on('close', () => {
      clearTimeout(timer);
      if (!response.writableEnded) aborted.push(url);
    });
  });
  return { url: await listen(server), received, aborted, close: () => stop(server) };
}
