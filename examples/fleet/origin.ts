import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The origin of all answers: slow, and counts its reads. */
export class Origin {
  reads = 0;
  /** How many reads were given up before they were answered. */
  cancelled = 0;
  /** Paths that are not answered as long as they are here. */
  readonly held = new Set<string | undefined>();
  readonly #slowness: number;
  readonly #server: Server;

  /** `slowness` is how many ms a read takes. */
  constructor(slowness: number) {
    this.#slowness = slowness;
    this.#server = createServer((request, response) => {
      this.reads++;
      const answer = (): void => {
        if (this.held.has(request.url)) timer = setTimeout(answer, 10);
        else response.end(`answer to ${request.url}`);
      };
      let timer = setTimeout(answer, this.#slowness);
      response.on('close', () => {
        if (!response.writableFinished) {
          this.cancelled++;
          clearTimeout(timer);
        }
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
