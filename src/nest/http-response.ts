import type { ExecutionContext } from '@nestjs/common';

export type HeaderValue = number | string | readonly string[];

/** What the response of Express and the reply of Fastify have in common. */
export interface HttpResponse {
  statusCode: number;
  getHeaders(): Readonly<Record<string, HeaderValue | undefined>>;
  removeHeader(name: string): unknown;
  /** Of Express, and of Node. */
  setHeader?(name: string, value: HeaderValue): unknown;
  /** Of Fastify, where it adds to the `Set-Cookie` that there are. */
  header?(name: string, value: HeaderValue): unknown;
  /** Node's own, below the reply of Fastify. */
  readonly raw?: RawResponse;
}

interface RawResponse {
  readonly headersSent?: boolean;
  readonly destroyed?: boolean;
  once(event: 'close', listener: () => void): unknown;
  off(event: 'close', listener: () => void): unknown;
}

/** The response, where there is one. */
export function httpResponse(context: ExecutionContext): HttpResponse | undefined {
  return context.getType() === 'http' ? context.switchToHttp().getResponse<HttpResponse>() : undefined;
}

/** Node's own response. */
export function rawResponse(response: HttpResponse): RawResponse {
  return response.raw ?? (response as unknown as RawResponse);
}
