import type { Refresh } from './refresh.js';
import type { Tokens } from './tokens.js';

/** Asks with the token, and once more with a fresh one if that has expired. */
export async function ask(url: URL, tokens: Tokens, refresh: Refresh): Promise<Response> {
  const token = tokens.read();
  const response = await askWith(token, url);
  return response.status === 401 ? askWith(await refresh(token), url) : response;
}

function askWith(token: string, url: URL): Promise<Response> {
  return fetch(url, { headers: { authorization: `Bearer ${token}` } });
}
