import { coalescedAsync } from 'rxjs-coalesce';
import { ping } from './ping.js';
import { sendFailure, sendPing, startServer, type PingServer } from './server.js';

/** A client is a promise with a signal: to hang up is to abort it. */
export function startPromiseServer(): Promise<PingServer> {
  const pingOnce = coalescedAsync(ping);

  return startServer(pingOnce.inFlight, (host, response) => {
    const hungUp = new AbortController();
    response.on('close', () => hungUp.abort());
    pingOnce(host, hungUp.signal).then(
      (result) => sendPing(response, result),
      (error: unknown) => {
        if (!hungUp.signal.aborted) sendFailure(response, error);
      },
    );
  });
}
