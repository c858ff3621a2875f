import { CoalesceInterceptor } from './coalesce-interceptor.js';

/**
 * The interceptor that `CoalesceRequests` binds to a route. NestJS creates one for each module. It is a class of its own, so that code
 * that asks the application for its `CoalesceInterceptor` does not get one of these.
 */
export class RouteInterceptor extends CoalesceInterceptor {}
