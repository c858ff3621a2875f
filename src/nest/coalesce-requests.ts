import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { unexpected } from '../config/unexpected.js';
import type { CoalesceInterceptorConfig } from './coalesce-interceptor-config.js';
import { checkConfig } from './check-config.js';
import { RouteInterceptor } from './route-interceptor.js';
import { routeMetadata } from './route-metadata.js';

/**
 * Coalesces the requests of a route, or of all routes of a controller: equal requests that overlap share one run of the handler. It
 * works without `CoalesceInterceptor`. If that is bound too, this decorator configures it for the route.
 *
 * On a method, it coalesces every request, with any HTTP method. On a controller, it coalesces `GET` and `HEAD`, unless `when` decides
 * otherwise. `false` turns coalescing off. Options that are not given come from the decorator of the controller, then from the
 * configuration of the interceptor.
 *
 * @param config - `when`, `keyFn` and `headers`; `bufferSize`, by default `Infinity`, and `resetOnRefCountZero`, by default `true`, as in
 * `FlightConfig`; `true`, the default, means `{}`; `false` turns coalescing off
 * @returns a decorator for methods and classes
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
