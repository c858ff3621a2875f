import { startGateway, type Gateway } from './gateway.js';
import { startOrigin, type Origin } from './origin.js';

export interface Servers {
  readonly origin: Origin;
  readonly gateway: Gateway;
}

/** Runs `use` with a new origin for the folder and a gateway in front of it, and closes both after it. */
export async function withServers<T>(
  folder: string,
  options: { coalesce: boolean },
  use: (servers: Servers) => Promise<T>,
): Promise<T> {
  const origin = await startOrigin(folder);
  const gateway = await startGateway(origin.url, options);
  try {
    return await use({ origin, gateway });
  } finally {
    await gateway.close();
    await origin.close();
  }
}
