import type { INestApplication, LoggerService, Type } from '@nestjs/common';
import type { AddressInfo } from 'node:net';
import { Log } from './log.js';

/** What the specs need of packages that are installed with the version of NestJS under test alone. */
interface Core {
  readonly NestFactory: {
    create(module: Type, adapter: unknown, options: object): Promise<INestApplication>;
  };
  readonly APP_INTERCEPTOR: string;
  readonly REQUEST: string;
}

export const { NestFactory, APP_INTERCEPTOR, REQUEST } = (await load('@nestjs/core')) as Core;

export type Platform = 'Express' | 'Fastify';

/** An application that listens, for a spec. */
export interface NestApp {
  readonly app: INestApplication;
  readonly url: string;
  /** The errors and warnings that it has logged. */
  readonly logged: Log;
}

const running: INestApplication[] = [];

/** Starts an application on a port of its own. */
export async function startNest(
  platform: Platform,
  module: Type,
  set: (app: INestApplication) => unknown = () => undefined,
): Promise<NestApp> {
  const logged = new Log();
  const app = await NestFactory.create(module, await adapter(platform), { logger: loggerTo(logged) });
  running.push(app);
  await set(app);
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  return { app, logged, url: `http://127.0.0.1:${port}` };
}

/** Ends what {@link startNest} has started. */
export async function stopNest(): Promise<void> {
  await Promise.all(
    running.splice(0).map((app) => {
      (app.getHttpServer() as { closeAllConnections(): void }).closeAllConnections();
      return app.close();
    }),
  );
}

/** A package of the version of NestJS under test. */
export async function load(name: string): Promise<unknown> {
  const loaded = (await import(name)) as { readonly default?: unknown };
  // NestJS is CommonJS before 12.
  return loaded.default ?? loaded;
}

async function adapter(platform: Platform): Promise<unknown> {
  const name = platform === 'Express' ? 'ExpressAdapter' : 'FastifyAdapter';
  const loaded = (await load(`@nestjs/platform-${platform.toLowerCase()}`)) as Record<string, new () => unknown>;
  const Adapter = loaded[name]!;
  return new Adapter();
}

function loggerTo(logged: Log): LoggerService {
  const add = (message: unknown) => logged.add(String(message));
  return { log: () => undefined, error: add, warn: add };
}
