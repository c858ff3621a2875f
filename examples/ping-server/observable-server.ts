import { coalesced, fromAbortable } from 'rxjs-coalesce';
import { ping } from './ping.js';
import { sendFailure, sendPing, startServer, type PingServer } from './server.js';

/** A client is a subscription: to hang up is to unsubscribe. */
export function startObservableServer(): Promise<PingServer> {
  const pingOnce = coalesced((host: string) => fromAbortable((signal) => ping(host, signal)));

  return startServer(pingOnce.inFlight, (host, response) => {
    const subscription = pingOnce(host).subscribe({
      next: (result) => sendPing(response, result),
      error: (error: unknown) => sendFailure(response, error),
    });
    response.on('close', () => subscription.unsubscribe());
  });
}
