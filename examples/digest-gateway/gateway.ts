import { Agent, createServer } from 'node:http';
import { coalesced, fromAbortable, type InFlightCalls } from 'rxjs-coalesce';
import { ask, digestUrl, fileAskedFor, json, listen, notUnderstood, send, stop, type Answer } from './http.js';

export interface Gateway {
  readonly url: URL;
  readonly inFlight: InFlightCalls<string, Answer>;
  close(): Promise<void>;
}

/** Passes on what the origin answers. However many clients wait for one file, the origin is asked once. */
export async function startGateway(origin: URL, { coalesce = true } = {}): Promise<Gateway> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const askOrigin = (file: string) => fromAbortable((signal) => ask(digestUrl(origin, file), { agent, signal }));
  const askOriginOnce = coalesced(askOrigin);
  const digest = coalesce ? askOriginOnce : askOrigin;

  // Which connections to keep is up to the clients: one closed from here might just then be in use.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const file = fileAskedFor(request);
    if (file === null) {
      send(response, notUnderstood);
      return;
    }
    const subscription = digest(file).subscribe({
      next: (answer) => send(response, answer),
      error: () => send(response, json(502, { error: 'the origin does not answer' })),
    });
    response.on('close', () => subscription.unsubscribe());
  });

  return {
    url: await listen(server),
    inFlight: askOriginOnce.inFlight,
    async close() {
      await stop(server);
      agent.destroy();
    },
  };
}
