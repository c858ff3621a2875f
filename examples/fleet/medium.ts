import { Redis } from 'ioredis';
import { inFlightCalls, type InFlightCalls } from 'rxjs-coalesce';
import { redisInFlightCalls } from 'rxjs-coalesce/redis';
import { webInFlightCalls } from 'rxjs-coalesce/web';

/** How the gateways reach one another: processes by a Redis, threads by what every Node from 24.5 on has, or nothing at all. */
export type Medium = { readonly kind: 'redis'; readonly url: string } | { readonly kind: 'threads' | 'none' };

/** How long, in ms, a gateway that has died keeps its keys in Redis; short, so that the example shows it. */
const lease = 1000;

/** A gateway's registry, the only line in which it differs from one that shares with nobody; and what closes it. */
export function registryBy(medium: Medium): { inFlight: InFlightCalls<string, string>; close: () => Promise<void> } {
  switch (medium.kind) {
    case 'redis': {
      const client = new Redis(medium.url);
      const inFlight = redisInFlightCalls<string, string>('products', client, { lease });
      return {
        inFlight,
        close: async () => {
          await inFlight.close();
          client.disconnect();
        },
      };
    }
    case 'threads': {
      const inFlight = webInFlightCalls<string, string>('products');
      return { inFlight, close: () => inFlight.close() };
    }
    case 'none':
      return { inFlight: inFlightCalls(), close: () => Promise.resolve() };
  }
}
