import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { BehaviorSubject, filter, firstValueFrom } from 'rxjs';
import { json, listen, send, stop, type Answer } from '../digest-gateway/http.js';

/** Answers `GET /data/…` to requests with the current token, which `POST /refresh` gives. */
export class AuthServer {
  refreshes = 0;
  /** Whether to refuse to refresh. */
  down = false;
  refreshTakes = 100;
  #token = 'token-0';
  readonly #refused = new BehaviorSubject(0);
  #refusesFirst = 0;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  constructor(readonly page?: string) {}

  start(): Promise<URL> {
    return listen(this.#server);
  }

  close(): Promise<void> {
    return stop(this.#server);
  }

  /** Makes all tokens so far invalid. */
  expire(): void {
    this.#token = `expired ${this.#token}`;
  }

  /** Delays a refresh until so many more requests have been refused: a late refusal would be a later attempt. */
  refuseFirst(requests: number): void {
    this.#refusesFirst = this.#refused.value + requests;
  }

  async #answer({ method, url, headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (method === 'POST' && url === '/refresh') {
      send(response, await this.#refresh());
    } else if (method === 'POST' && url === '/expire') {
      this.expire();
      send(response, json(200, {}));
    } else if (url?.startsWith('/data/') === true) {
      const known = headers.authorization === `Bearer ${this.#token}`;
      if (!known) this.#refused.next(this.#refused.value + 1);
      send(response, known ? json(200, url) : json(401, { error: 'the token has expired' }));
    } else if (url?.split('?')[0] === '/' && this.page !== undefined) {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(this.page);
    } else {
      send(response, json(404, { error: 'there is no such thing' }));
    }
  }

  async #refresh(): Promise<Answer> {
    this.refreshes += 1;
    const number = this.refreshes;
    const enough = this.#refused.pipe(filter((refused) => refused >= this.#refusesFirst));
    await firstValueFrom(enough, { defaultValue: undefined });
    await delay(this.refreshTakes);
    if (this.down) return json(503, { error: 'no tokens today' });
    this.#token = `token-${number}`;
    return json(200, this.#token);
  }
}
