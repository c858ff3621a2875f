import type { ExecutionContext } from '@nestjs/common';
import { flightSettings, type FlightSettings } from '../config/flight-settings.js';
import type { CoalesceInterceptorConfig } from './coalesce-interceptor-config.js';
import { handlerArguments, type HandlerArguments } from './handler-arguments.js';
import { httpRequest } from './http-request.js';
import { metadataOf } from './metadata-of.js';
import { routeMetadata } from './route-metadata.js';

/** A handler of a controller, and how its requests are coalesced. */
export interface Route {
  readonly name: string;
  readonly when: (context: ExecutionContext) => boolean;
  readonly keyFn: CoalesceInterceptorConfig['keyFn'];
  /** The names of headers that are part of the key, in lower case. */
  readonly headers: readonly string[];
  readonly flight: FlightSettings;
  readonly taken: HandlerArguments;
  /** Whether it sends events, by `@Sse()`. */
  readonly isSse: boolean;
}

type Decorated = CoalesceInterceptorConfig | false | undefined;

/** The route of a request, from the configuration of the interceptor and the decorators. */
export function routeOf(context: ExecutionContext, config: CoalesceInterceptorConfig): Route {
  const [handler, controller] = [context.getHandler(), context.getClass()];
  const ofHandler = metadataOf(routeMetadata, handler) as Decorated;
  const ofController = metadataOf(routeMetadata, controller) as Decorated;
  const { when = isRead, keyFn, headers = [], ...flight } = { ...config, ...ofController, ...ofHandler };
  return {
    name: `${controller.name}.${handler.name}`,
    // A decorated method is coalesced with any HTTP method.
    when: (ofHandler ?? ofController) === false ? never : ofHandler ? (ofHandler.when ?? always) : when,
    keyFn,
    headers: headers.map((name) => name.toLowerCase()),
    flight: flightSettings('CoalesceInterceptor', flight),
    taken: handlerArguments(context),
    isSse: metadataOf('__sse__', handler) === true,
  };
}

function isRead(context: ExecutionContext): boolean {
  const { method = 'GET' } = httpRequest(context) ?? {};
  return method === 'GET' || method === 'HEAD';
}

function always(): boolean {
  return true;
}

function never(): boolean {
  return false;
}
