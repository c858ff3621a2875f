import { argumentsKey } from '../keys/arguments-key.js';
import type { HandlerArguments } from './handler-arguments.js';
import type { HttpRequest } from './http-request.js';

/** The only bodies that Nest reads by itself: what another is made of need not be known yet. */
const readable = /^application\/(?:json|x-www-form-urlencoded)\s*(?:;|$)/i;

/** Those that say who asks. */
const credentials = ['authorization', 'cookie'];

/**
 * The default key of a request to a handler, for JSON: all that Nest itself reads of it. `undefined` if what the answer depends on cannot
 * be known, or is somebody's own: the request has credentials, and no header is named that says whose it is.
 */
export function requestKey(
  { method, originalUrl, url, hostname, ip, headers, body, user }: HttpRequest,
  taken: HandlerArguments,
  named: readonly string[],
): readonly unknown[] | undefined {
  if (
    taken.takesMore ||
    credentials.some((name) => headers[name] !== undefined && !named.includes(name)) ||
    (user !== undefined && user !== null && named.length === 0)
  ) {
    return undefined;
  }
  const type = headers['content-type'];
  // In HTTP/2 a body need not say its length.
  const hasBody =
    headers['transfer-encoding'] !== undefined ||
    Number(headers['content-length'] ?? 0) > 0 ||
    (type !== undefined && method !== 'GET' && method !== 'HEAD');
  if (hasBody && (body === undefined || !readable.test(String(type)))) {
    return undefined;
  }
  try {
    return [
      originalUrl ?? url,
      hostname ?? headers['host'],
      // An EventSource that comes back says from where it goes on.
      headers['last-event-id'],
      taken.headers.map((name) => headers[name]),
      taken.takesIp ? ip : undefined,
      body === undefined ? undefined : argumentsKey([body]),
    ];
  } catch {
    // What cannot be compared is like nothing else.
    return undefined;
  }
}
