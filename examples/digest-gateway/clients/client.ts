import { Agent } from 'node:http';
import { ask, digestUrl, type Answer } from '../http.js';

/** One keep-alive connection to a gateway. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #gateway: URL;

  constructor(gateway: URL) {
    this.#gateway = gateway;
  }

  /** Any answer will do: from then on the connection is open. */
  async connect(): Promise<void> {
    await ask(this.#gateway, { agent: this.#agent });
  }

  digest(file: string): Promise<Answer> {
    return ask(digestUrl(this.#gateway, file), { agent: this.#agent });
  }

  hangUp(): void {
    this.#agent.destroy();
  }
}
