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
import { Run, type Notice } from './run.js';
import { untilClosed } from './until-closed.js';

/** The contexts of requests that an interceptor coalesces. If a route has several interceptors, only the outermost one does. */
const coalesced = new WeakSet<ExecutionContext>();

/** A caller's pipeline throws it, and catches it, if the caller must have a run of its own. */
const alone = new Error('This caller needs a run of its own.');

/**
 * An interceptor for NestJS that lets equal requests that overlap share one run of the handler, and of the interceptors and pipes
 * behind it. Middleware, guards, interceptors in front of it and exception filters run for each request, as usual.
 *
 * All callers get the same answer: the value or the error, the events of an `@Sse()` too, and the headers and the status that the run
 * sets with `@Res({ passthrough: true })`. A client that disconnects leaves. When the last one has left, the run is cancelled, if it
 * is an Observable. Nothing is kept: a request that comes after the answer runs the handler again.
 *
 * By default it coalesces `GET` and `HEAD` requests to one handler with the same URL and host. It never shares requests with
 * `Authorization` or `Cookie`, or with a `request.user`, unless you name the headers that identify the user in `headers`, or return
 * a key from `keyFn`. If a handler reads more of the request than its decorators show, by `@Req()` or from a request-scoped
 * provider, use one of them too.
 *
 * It does not coalesce handlers that send their own response, with `@Res()` or `@Next()`; requests with a body that Nest
 * does not parse; and calls that are not HTTP, unless there is a `keyFn`. Only the leader (the request that started the run) gets an
 * answer that can be read only once, such as a `StreamableFile`, or, without a `keyFn`, an answer that sets a cookie. The other
 * requests then run the handler themselves.
 *
 * Two instances of the interceptor never share. Over HTTP, two applications never share either, even with one instance.
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
   * The registry of the runs in flight, to watch, forget or abort them. A key is the text of a JSON array. Its first element is the
   * name of the controller and the method, such as `'Cats.list'`.
   */
  readonly inFlight: InFlightCalls<string> = inFlightCalls();

  readonly #config: CoalesceInterceptorConfig;
  readonly #routes = new WeakMap<object, WeakMap<object, Route>>();
  readonly #numbers = new WeakMap<object, number>();
  #count = 0;

  /**
   * @param config - `when`: by default for `GET` and `HEAD`; `keyFn`: by default everything that Nest itself reads of a request; `headers`:
   * by default none; `bufferSize`, by default `Infinity`, and `resetOnRefCountZero`, by default `true`, as in `FlightConfig`
   * @throws TypeError if a part of `config` is wrong
   */
  constructor(config: CoalesceInterceptorConfig = {}) {
    checkConfig('CoalesceInterceptor', config);
    this.#config = config;
  }

  /** Called by NestJS for each request. */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const route = this.#routeOf(context);
    const key = coalesced.has(context) ? undefined : this.#keyOf(context, route);
    if (key === undefined) {
      return next.handle();
    }
    coalesced.add(context);

    const response = httpResponse(context);
    const scope = new AsyncResource('CoalescedRequest');
    let led: Run | undefined;

    const call = defer(() => {
      led = undefined;
      const lead = () => {
        led = new Run(response);
        return led.notices(next.handle());
      };
      return inScope(scope, this.inFlight.join(key, lead, route.flight) as Observable<Notice>).pipe(
        mergeMap(({ run, values }) => {
          if (run !== led) {
            if (!isShareable(route, run, values)) {
              throw alone;
            }
            if (response !== undefined) {
              run.changes?.applyTo(response);
            }
          }
          return values;
        }),
        finalize(() => led?.leave()),
        catchError((error: unknown) => (error === alone ? next.handle() : throwError(() => error))),
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

  /** `undefined` if the request must not be shared. */
  #keyOf(context: ExecutionContext, route: Route): string | undefined {
    const { name, when, keyFn, headers, taken } = route;
    const request = httpRequest(context);
    if ((request !== undefined && taken.answersItself) || !when(context)) {
      return undefined;
    }
    const asked = keyFn === undefined ? request && requestKey(request, taken, headers) : comparable(keyFn(context));
    return (
      asked &&
      JSON.stringify([
        name,
        this.#numberOf(route),
        this.#numberOf(request?.app ?? request?.server ?? this),
        request?.method,
        headers.map((header) => request?.headers[header]),
        asked,
      ])
    );
  }

  /** A number for each object, so that the key differs for objects with the same name. */
  #numberOf(object: object): number {
    const number = this.#numbers.get(object) ?? ++this.#count;
    this.#numbers.set(object, number);
    return number;
  }
}

/** Whether callers other than the leader may have the answer of a run. */
function isShareable({ keyFn, taken, isSse }: Route, { changes }: Run, values: readonly unknown[]): boolean {
  const isPersonal = keyFn === undefined && changes?.setCookies === true;
  // The leader may have left, and its response may have been sent by other code: then what the handler set later is lost.
  const isLost = taken.response && !isSse && changes?.answered === true;
  return !(isPersonal || isLost || values.some(isReadOnce));
}

/** The error that outer interceptors get if the client has disconnected. It is sent to nobody, and Nest does not log an `HttpException`. */
function hungUp(): HttpException {
  return new HttpException('Client Closed Request', 499);
}

/** The result of a `keyFn` in a form that can be written as JSON, so that it is compared by content. */
function comparable(key: unknown): readonly unknown[] | undefined {
  return key === undefined ? undefined : [typeof key === 'string' ? key : [argumentsKey([key])]];
}
