import { CoalesceInterceptor } from './coalesce-interceptor.js';

/**
 * What `CoalesceRequests` binds to a route. NestJS makes one for each module, by this class: so that who asks an application for its
 * `CoalesceInterceptor` is not given one of these.
 */
export class RouteInterceptor extends CoalesceInterceptor {}
