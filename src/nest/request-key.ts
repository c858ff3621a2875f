import { argumentsKey } from '../keys/arguments-key.js';
import type { HandlerArguments } from './handler-arguments.js';
import type { HttpRequest } from './http-request.js';

/** The only types of bodies that Nest parses by default. The content of another body may not be known yet. */
const readable = /^application\/(?:json|x-www-form-urlencoded)\s*(?:;|$)/i;

/** The headers that identify the user. */
const credentials = ['authorization', 'cookie'];

/**
 * The default key of a request to a handler, for JSON: everything that Nest itself reads of the request. `undefined` if the request must
 * not be shared: it has something that the key cannot contain, or it has credentials and no header that identifies the user is named.
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
  // In HTTP/2, a request with a body may have no Content-Length.
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
      // An EventSource that reconnects sends the id from which it goes on.
      headers['last-event-id'],
      taken.headers.map((name) => headers[name]),
      taken.takesIp ? ip : undefined,
      body === undefined ? undefined : argumentsKey([body]),
    ];
  } catch {
    // A body that cannot be compared equals no other.
    return undefined;
  }
}
