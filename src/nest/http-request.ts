import type { ExecutionContext } from '@nestjs/common';

/** What the requests of Express and of Fastify have in common. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly originalUrl?: string;
  readonly hostname?: string;
  readonly ip?: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
  /** The user, if a guard or a middleware has set one. */
  readonly user?: unknown;
  /** The application, in Express. */
  readonly app?: object;
  /** The application, in Fastify. */
  readonly server?: object;
}

/** The request, or undefined outside of HTTP. */
export function httpRequest(context: ExecutionContext): HttpRequest | undefined {
  return context.getType() === 'http' ? context.switchToHttp().getRequest<HttpRequest>() : undefined;
}
