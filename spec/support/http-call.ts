import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http';

/** What a server has answered. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A request over a connection of its own. */
export interface HttpCall extends PromiseLike<Answer> {
  /** The part of the body that has arrived so far. */
  onData(listener: (text: string) => void): void;
  /** Closes the connection. */
  hangUp(): void;
}

/** Sends a request. */
export function httpCall(
  url: string,
  { body, ...options }: RequestOptions & { readonly body?: unknown } = {},
): HttpCall {
  const json = body === undefined ? undefined : JSON.stringify(body);
  const listeners: ((text: string) => void)[] = [];
  const headers =
    json === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) };
  const outgoing = request(url, {
    agent: false,
    ...options,
    headers: { ...headers, ...(options.headers as Record<string, string> | undefined) },
  });
  const answer = new Promise<Answer>((resolve, reject) => {
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        listeners.forEach((listen) => listen(chunk));
      });
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
  });
  answer.catch(() => undefined);
  outgoing.end(json);
  return {
    then: (onAnswer, onError) => answer.then(onAnswer, onError),
    onData: (listener) => listeners.push(listener),
    hangUp: () => outgoing.destroy(),
  };
}
