import type { ExecutionContext } from '@nestjs/common';

export type HeaderValue = number | string | readonly string[];

/** What the response of Express and the reply of Fastify have in common. */
export interface HttpResponse {
  statusCode: number;
  getHeaders(): Readonly<Record<string, HeaderValue | undefined>>;
  removeHeader(name: string): unknown;
  /** In Express and Node only. */
  setHeader?(name: string, value: HeaderValue): unknown;
  /** In Fastify. A `Set-Cookie` is added to the existing ones. */
  header?(name: string, value: HeaderValue): unknown;
  /** In Fastify: the response of Node under the reply. */
  readonly raw?: RawResponse;
}

interface RawResponse {
  readonly headersSent?: boolean;
  readonly destroyed?: boolean;
  once(event: 'close', listener: () => void): unknown;
  off(event: 'close', listener: () => void): unknown;
}

/** The response, or undefined outside of HTTP. */
export function httpResponse(context: ExecutionContext): HttpResponse | undefined {
  return context.getType() === 'http' ? context.switchToHttp().getResponse<HttpResponse>() : undefined;
}

/** The response of Node. */
export function rawResponse(response: HttpResponse): RawResponse {
  return response.raw ?? (response as unknown as RawResponse);
}
