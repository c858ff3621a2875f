import { coalescedAsync } from 'rxjs-coalesce';
import { webInFlightCalls } from 'rxjs-coalesce/web';
import type { Tokens } from './tokens.js';

/** Gets a token in the place of one that has expired. */
export type Refresh = (expired: string) => Promise<string>;

/** Refreshes once for all requests of this page, or process. If that fails it fails for all of them, and the next one tries again. */
export function refreshOnce(server: URL, tokens: Tokens): Refresh {
  return coalescedAsync((expired: string) => refresh(server, tokens, expired));
}

/** Refreshes once for all tabs: one of them does, and all get the new token, or the error. */
export function refreshOnceForAllTabs(server: URL, tokens: Tokens): Refresh {
  return coalescedAsync((expired: string) => refresh(server, tokens, expired), {
    inFlight: webInFlightCalls<string, string>('token-refresh/v1'),
  });
}

/** The same by hand: each tab asks for the lock once, and a tab that gets it later finds the token of the one that had it before. */
export function refreshOnceForAllTabsByHand(server: URL, tokens: Tokens): Refresh {
  return coalescedAsync((expired: string) =>
    navigator.locks.request('token-refresh', () => refresh(server, tokens, expired)),
  );
}

async function refresh(server: URL, tokens: Tokens, expired: string): Promise<string> {
  const current = tokens.read();
  // A 401 may come late, when another request or another tab has refreshed already.
  if (current !== expired) return current;
  const response = await fetch(new URL('/refresh', server), { method: 'POST' });
  if (!response.ok) throw new Error(`the token was not refreshed: ${response.status}`);
  const fresh = (await response.json()) as string;
  tokens.write(fresh);
  return fresh;
}
