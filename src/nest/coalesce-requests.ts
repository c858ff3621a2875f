import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { unexpected } from '../config/unexpected.js';
import type { CoalesceInterceptorConfig } from './coalesce-interceptor-config.js';
import { checkConfig } from './check-config.js';
import { RouteInterceptor } from './route-interceptor.js';
import { routeMetadata } from './route-metadata.js';

/**
 * Says of a route, or of all routes of a controller, how its requests are coalesced: requests that are alike and overlap share one run
 * of the handler. It works by itself, and where `CoalesceInterceptor` is bound already, it configures it for the route.
 *
 * On a method it coalesces every request, whatever its HTTP method; on a controller, `GET` and `HEAD`, unless `when` says otherwise.
 * `false` forbids. What it leaves out comes from the controller's decorator, then from the interceptor's own configuration.
 *
 * @param config - `when`, `keyFn` and `headers`; `bufferSize`, by default `Infinity`, and `resetOnRefCountZero`, by default `true`, as in
 * `FlightConfig`; `true`, the default, is `{}`, and `false` forbids
 * @returns a decorator of methods and classes
 * @throws TypeError if a part of `config` is wrong
 *
 * @example
 * ```ts
 * import { Controller, Get, Param, type ExecutionContext } from '@nestjs/common';
 * import { CoalesceRequests } from 'rxjs-coalesce/nest';
 *
 * interface AuthenticatedRequest {
 *   readonly user: { readonly id: string };
 *   readonly params: { readonly year: string };
 * }
 *
 * function userAndYear(context: ExecutionContext) {
 *   const { user, params } = context.switchToHttp().getRequest<AuthenticatedRequest>();
 *   return [user.id, params.year];
 * }
 *
 * @Controller('reports')
 * export class ReportsController {
 *   @Get(':year')
 *   @CoalesceRequests({ keyFn: userAndYear })
 *   async report(@Param('year') year: string) {
 *     return { year };
 *   }
 *
 *   @Get('download')
 *   @CoalesceRequests(false)
 *   download() {
 *     return 'never shared';
 *   }
 * }
 * ```
 */
export function CoalesceRequests(config: CoalesceInterceptorConfig | boolean = true): ClassDecorator & MethodDecorator {
  if (config === false) {
    return SetMetadata(routeMetadata, false);
  }
  const given = config === true ? {} : config;
  if (typeof given !== 'object' || (given as unknown) === null) {
    throw unexpected('CoalesceRequests', 'config', 'an object or a boolean', config);
  }
  checkConfig('CoalesceRequests', given);
  return applyDecorators(SetMetadata(routeMetadata, given), UseInterceptors(RouteInterceptor));
}
