import type { ExecutionContext } from '@nestjs/common';
import { metadataOf } from './metadata-of.js';

/** What a handler takes from its request and its response, according to the decorators of its parameters. */
export interface HandlerArguments {
  /** It sends its own response: Nest does not send what it returns. */
  readonly answersItself: boolean;
  /** It takes the response, and may set headers and the status. */
  readonly response: boolean;
  /** It takes something that the default key cannot contain. */
  readonly takesMore: boolean;
  readonly takesIp: boolean;
  /** The headers that it takes by name, in lower case. */
  readonly headers: readonly string[];
}

/** The values of Nest's enum `RouteParamtypes`, which are the same in all its versions. */
const response = 1;
const next = 2;
const headers = 6;
const session = 7;
const file = 8;
const files = 9;
const ip = 11;
const rawBody = 12;

/** Reads the metadata that `@Res()`, `@Next()`, `@Headers()` and similar decorators set on the controller. */
export function handlerArguments(context: ExecutionContext): HandlerArguments {
  const controller = context.getClass();
  const method = methodName(controller, context.getHandler());
  const taken = (metadataOf('__routeArguments__', controller, method) ?? {}) as Record<string, { data?: unknown }>;
  // The keys are 'TYPE:INDEX', or 'NAME__customRouteArgs__:INDEX' for decorators made by createParamDecorator.
  const parameters = Object.entries(taken).map(([key, { data }]) => ({ type: Number(key.split(':')[0]), data }));
  const takes = (...types: readonly number[]) => parameters.some(({ type }) => types.includes(type));
  const names = parameters.filter(({ type }) => type === headers).map(({ data }) => data);
  return {
    answersItself: takes(response, next) && metadataOf('__responsePassthrough__', controller, method) !== true,
    response: takes(response),
    takesMore: takes(session, file, files, rawBody) || !names.every(isString),
    takesIp: takes(ip),
    headers: names.filter(isString).map((name) => name.toLowerCase()),
  };
}

/** The name of a handler in its class. The name of the function may differ, if another decorator has put a wrapper around it. */
function methodName(controller: { readonly prototype: object }, handler: { readonly name: string }): string {
  let prototype: object | null = controller.prototype;
  while (prototype !== null) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (value === handler) {
        return name;
      }
    }
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return handler.name;
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
