import type { Gateway } from './gateway.js';
import { digestUrl } from './http.js';
import { plural } from './report.js';

/** Prints how to send requests to the gateway, and how each flight ends. */
export function invite({ url, inFlight }: Gateway, file: string): void {
  void inFlight.events.forEach(({ type, key, callers }) => {
    if (type === 'complete') console.log(`  ${key}: one run of the origin for ${plural(callers, 'client')}`);
    if (type === 'cancel') console.log(`  ${key}: cancelled, every client has hung up`);
    if (type === 'error') console.log(`  ${key}: the origin does not answer`);
  });
  console.log(`
The gateway runs at ${url.origin} until Ctrl-C. To send twenty requests at once:
  curl -Z --parallel-immediate --no-progress-meter '${digestUrl(url, file).href}&client=[1-20]'`);
}
