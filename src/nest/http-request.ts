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
  /** Who asks, where a guard or a middleware has found out. */
  readonly user?: unknown;
  /** The application: of Express. */
  readonly app?: object;
  /** The application: of Fastify. */
  readonly server?: object;
}

/** The request, where there is one. */
export function httpRequest(context: ExecutionContext): HttpRequest | undefined {
  return context.getType() === 'http' ? context.switchToHttp().getRequest<HttpRequest>() : undefined;
}
