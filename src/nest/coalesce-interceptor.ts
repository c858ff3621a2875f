import { HttpException, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { AsyncResource } from 'node:async_hooks';
import { catchError, concat, defer, EMPTY, finalize, mergeMap, throwError, type Observable } from 'rxjs';
import { inFlightCalls, type InFlightCalls } from '../flight/in-flight-calls.js';
import { argumentsKey } from '../keys/arguments-key.js';
import { checkConfig } from './check-config.js';
import type { CoalesceInterceptorConfig } from './coalesce-interceptor-config.js';
import { httpRequest } from './http-request.js';
import { httpResponse } from './http-response.js';
import { inScope } from './in-scope.js';
import { isReadOnce } from './read-once.js';
import { requestKey } from './request-key.js';
import { routeOf, type Route } from './route.js';
import { Run, type Word } from './run.js';
import { untilClosed } from './until-closed.js';

/** Contexts of requests that an interceptor coalesces: of several on one route it is the outermost. */
const coalesced = new WeakSet<ExecutionContext>();

/** What a caller throws to itself when it must have a run of its own. */
const alone = new Error('This caller needs a run of its own.');

/**
 * An interceptor for NestJS, by which requests that are alike and overlap share one run of the handler, and of the interceptors and pipes
 * behind it. Middleware, guards, the interceptors around it and exception filters work for each request, as ever.
 *
 * All who wait get the same answer: the value or the error, events of an `@Sse()` too, and the headers and the status that the run has set
 * with `@Res({ passthrough: true })`. Who hangs up leaves; when the last one has left, the run is cancelled, as far as it is an Observable.
 * Nothing is kept: a request that comes after the answer runs the handler afresh.
 *
 * By default it coalesces `GET` and `HEAD` requests to one handler with one URL and host, and never those with `Authorization` or
 * `Cookie`, or with a `request.user`: name the headers that say who asks by `headers`, or say by `keyFn` what two requests must
 * have in common. Where a handler reads more of the request than its decorators tell, by `@Req()` or from a request-scoped provider, say so too.
 *
 * It passes through, for each request by itself: handlers that answer by themselves, with `@Res()` or `@Next()`; requests with a body that Nest
 * does not read; and calls that are not HTTP, unless there is a `keyFn`. An answer that can be read once only, such as a
 * `StreamableFile`, is the leader's alone, and so is one that sets a cookie if no `keyFn` is given: the others run the handler by themselves then.
 *
 * Two instances never share, and neither do two applications with one instance over HTTP.
 *
 * @see {@link CoalesceRequests} to decide for one route
 *
 * @example
 * ```ts
 * import { Module } from '@nestjs/common';
 * import { APP_INTERCEPTOR } from '@nestjs/core';
 * import { CoalesceInterceptor } from 'rxjs-coalesce/nest';
 *
 * @Module({
 *   providers: [{ provide: APP_INTERCEPTOR, useFactory: () => new CoalesceInterceptor({ headers: ['x-tenant'] }) }],
 * })
 * export class AppModule {}
 * ```
 */
export class CoalesceInterceptor implements NestInterceptor {
  /**
   * The runs in flight, to watch or to steer. A key is the text of a JSON array, which begins with the names of the controller and
   * of its method: `'Cats.list'`.
   */
  readonly inFlight: InFlightCalls<string> = inFlightCalls();

  readonly #config: CoalesceInterceptorConfig;
  readonly #routes = new WeakMap<object, WeakMap<object, Route>>();
  readonly #numbers = new WeakMap<object, number>();
  #count = 0;

  /**
   * @param config - `when`: by default for `GET` and `HEAD`; `keyFn`: by default all that Nest itself reads of a request; `headers`: by
   * default none; `bufferSize`, by default `Infinity`, and `resetOnRefCountZero`, by default `true`, as in `FlightConfig`
   * @throws TypeError if a part of `config` is wrong
   */
  constructor(config: CoalesceInterceptorConfig = {}) {
    checkConfig('CoalesceInterceptor', config);
    this.#config = config;
  }

  /** What Nest calls for each request. */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const route = this.#routeOf(context);
    const key = coalesced.has(context) ? undefined : this.#keyOf(context, route);
    if (key === undefined) {
      return next.handle();
    }
    coalesced.add(context);

    const response = httpResponse(context);
    const scope = new AsyncResource('CoalescedRequest');
    const handle = () => scope.runInAsyncScope(() => next.handle());
    let led: Run | undefined;

    const call: Observable<unknown> = defer(() => {
      let followed: Run | undefined;
      led = undefined;
      const lead = () => {
        led = new Run(response);
        return led.words(handle());
      };
      return inScope(scope, this.inFlight.join(key, lead, route.flight) as Observable<Word>).pipe(
        mergeMap(({ run, values }) => {
          if (run !== led) {
            followed = run;
            if (values.some(isReadOnce) || (run.changes?.setCookies && route.keyFn === undefined)) {
              throw alone;
            }
            if (response !== undefined) {
              run.changes?.applyTo(response);
            }
          }
          return values;
        }),
        finalize(() => led?.leave()),
        catchError((error: unknown) => {
          if (error === alone) {
            return handle();
          }
          // The run may have failed because its leader, who has left, was answered in the meantime.
          return followed?.changes?.answered && !route.isSse ? call : throwError(() => error);
        }),
      );
    });

    return response === undefined
      ? call
      : untilClosed(response, call, () => concat(led?.over() ?? EMPTY, route.isSse ? EMPTY : throwError(hungUp)));
  }

  #routeOf(context: ExecutionContext): Route {
    const controller = context.getClass();
    const handler = context.getHandler();
    const routes = this.#routes.get(controller) ?? new WeakMap<object, Route>();
    const route = routes.get(handler) ?? routeOf(context, this.#config);
    this.#routes.set(controller, routes.set(handler, route));
    return route;
  }

  /** `undefined` if the request is to be answered by itself. */
  #keyOf(context: ExecutionContext, route: Route): string | undefined {
    const { name, when, keyFn, headers, taken } = route;
    const request = httpRequest(context);
    if ((request !== undefined && taken.answersItself) || !when(context)) {
      return undefined;
    }
    let asked: unknown;
    if (keyFn !== undefined) {
      asked = keyFn(context);
    } else if (request !== undefined) {
      asked = requestKey(request, taken, headers);
    }
    if (asked === undefined) {
      return undefined;
    }
    return JSON.stringify([
      name,
      this.#numberOf(route),
      this.#numberOf(request?.app ?? request?.server ?? this),
      request?.method,
      headers.map((header) => request?.headers[header]),
      typeof asked === 'string' ? asked : [argumentsKey([asked])],
    ]);
  }

  /** Tells apart what has one name. */
  #numberOf(object: object): number {
    const number = this.#numbers.get(object) ?? ++this.#count;
    this.#numbers.set(object, number);
    return number;
  }
}

/** What the interceptors around hear when the client has hung up; nobody is sent it. Nest logs no `HttpException`. */
function hungUp(): HttpException {
  return new HttpException('Client Closed Request', 499);
}
