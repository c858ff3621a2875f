import type { HttpInterceptorFn, HttpRequest } from '@angular/common/http';
import { EnvironmentInjector, inject, runInInjectionContext } from '@angular/core';
import { defer } from 'rxjs';
import { expectFunction } from '../config/expect-function.js';
import { flightSettings } from '../config/flight-settings.js';
import { inFlightCalls, type InFlightCalls } from '../flight/in-flight-calls.js';
import { unexpected } from '../config/unexpected.js';
import type { CoalesceInterceptorConfig } from './coalesce-interceptor-config.js';
import { COALESCE } from './coalesce-token.js';
import { forgetWhenEnded } from './forget-when-ended.js';
import { joinEvents, type KeptEvent } from './join-events.js';
import { keepContextsApart } from './keep-contexts-apart.js';
import { requestKey } from './request-key.js';

const NAME = 'coalesceInterceptor';

/**
 * Creates an interceptor for Angular's `HttpClient` that lets equal requests that overlap share one response.
 *
 * All callers get every event, including upload and download progress, and the same response object. A caller that joins late first gets
 * the earlier events, but only the latest upload progress and the latest download progress. `next` is called once for all. The request is aborted when the last caller has unsubscribed. Nothing is kept: `repeat`,
 * `retry` and polling send new requests, and share those that overlap.
 *
 * **Where to put it.** Put it after interceptors that identify the user (tokens, tenants, languages), so that the key contains the
 * headers that they set. Put it before those that retry, cache, log or change a body in place, so that they run once for all
 * callers. The key does not contain what later interceptors change in a request, or cookies that change meanwhile. It does not
 * contain the request's `HttpContext` either: if a context token changes the response, use a `keyFn`, or set {@link COALESCE} to
 * `false`. What a later interceptor writes into the context reaches only the leader, the caller that started the flight. If a later
 * interceptor sends a request through `HttpClient` and waits for it, that request must have a different key. Otherwise it joins the
 * flight that is waiting for it, and neither ever ends.
 *
 * **Reads after writes.** No read joins across a write. When a request for which `forgetAfter` returned `true` has ended, with a
 * response, with an error or by unsubscribing, the flights of this injector are forgotten, before its caller is notified. Later
 * requests start afresh. Callers that are already waiting keep their answer. To reload by hand, set {@link COALESCE} to `'fresh'`.
 *
 * **Services.** Behind the interceptor, a service needs `coalesced` or `@Coalesce()` only if it maps or combines responses and that should
 * run once. Such a service has its own registry, and the interceptor does not forget in it. After a write, call `forget` on it; that needs
 * the `coalesced` field, because the decorator gives no access.
 *
 * **What is shared.** All callers get the same response object. If one of them transfers an `ArrayBuffer` to a worker, it becomes
 * unusable for the others. The request's own `timeout` counts from the leader's start, also for callers that join late.
 *
 * `when`, `keyFn` and `forgetAfter` run in the injection context of the injector that is configured with the interceptor, so they may
 * call `inject()`. They, and later interceptors, run untracked by signals: an effect that sends a request does not depend on what
 * they read.
 *
 * Responses are never shared between injectors: each `EnvironmentInjector` that is configured with the interceptor has a registry
 * of its own. So an application on a server never gets another application's response, even if the interceptor is a constant of a module.
 *
 * If the default key cannot compare a request's body (`FormData`, a `Blob`, an instance of a class), the request is sent without
 * coalescing. If {@link COALESCE} asks for coalescing, it fails with the `TypeError` of `argumentsKey`: pass a `keyFn`.
 *
 * @param config - `when`: by default `GET` and `HEAD`; `keyFn`: by default everything that can change the response, without
 * `ignoreHeaders`; `forgetAfter`: by default `POST`, `PUT`, `PATCH` and `DELETE` that are not coalesced themselves; `bufferSize`, by
 * default `Infinity`, and `resetOnRefCountZero`, by default `true`, as in `FlightConfig`
 * @returns the interceptor
 * @throws TypeError if a part of `config` is wrong
 * @see {@link COALESCE} to decide for one request
 *
 * @example
 * ```ts
 * import { provideHttpClient, withInterceptors, type HttpInterceptorFn } from '@angular/common/http';
 * import type { ApplicationConfig } from '@angular/core';
 * import { coalesceInterceptor } from 'rxjs-coalesce/angular';
 *
 * const withToken: HttpInterceptorFn = (request, next) =>
 *   next(request.clone({ setHeaders: { Authorization: 'Bearer ...' } }));
 *
 * export const appConfig: ApplicationConfig = {
 *   providers: [
 *     provideHttpClient(withInterceptors([withToken, coalesceInterceptor({ ignoreHeaders: ['X-Request-Id'] })])),
 *   ],
 * };
 * ```
 */
export function coalesceInterceptor(config: CoalesceInterceptorConfig = {}): HttpInterceptorFn {
  const settings = flightSettings(NAME, config);
  const { when = isRead, keyFn = defaultKey, ignoreHeaders = [], forgetAfter } = config;
  expectFunction(NAME, 'when', when);
  expectFunction(NAME, 'keyFn', keyFn);
  if (forgetAfter !== undefined) {
    expectFunction(NAME, 'forgetAfter', forgetAfter);
  }
  const ignored = lowerCased(ignoreHeaders);
  const registries = new WeakMap<EnvironmentInjector, InFlightCalls<unknown, KeptEvent>>();

  function defaultKey(request: HttpRequest<unknown>): unknown {
    return requestKey(request, ignored);
  }

  function registryOf(injector: EnvironmentInjector): InFlightCalls<unknown, KeptEvent> {
    const inFlight = registries.get(injector) ?? inFlightCalls();
    registries.set(injector, inFlight);
    return inFlight;
  }

  function planOf(request: HttpRequest<unknown>): Plan {
    const asked = askedOf(request);
    let coalesces = asked === undefined ? when(request) : asked !== false;
    let key: unknown;
    if (coalesces) {
      try {
        key = keyFn(request);
      } catch (error) {
        // Nobody asked to coalesce this request, and a request that cannot be compared equals no other.
        if (keyFn !== defaultKey || asked !== undefined) {
          throw error;
        }
        coalesces = false;
      }
    }
    const forgets = forgetAfter === undefined ? !coalesces && isWrite(request) : forgetAfter(request);
    return { coalesces, key, takesOver: asked === 'fresh', forgets };
  }

  return (request, next) => {
    const injector = inject(EnvironmentInjector);
    const inFlight = registryOf(injector);
    const sent = defer(() => next(request));
    const sentAndForgetting = forgetWhenEnded(sent, () => {
      inFlight.forgetAll();
    });
    return keepContextsApart(
      defer(() => {
        // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- it implements Injector
        const { coalesces, key, takesOver, forgets } = runInInjectionContext(injector, () => planOf(request));
        const run = forgets ? sentAndForgetting : sent;
        if (!coalesces) {
          return run;
        }
        if (takesOver) {
          inFlight.forget(key);
        }
        return joinEvents(inFlight, key, run, settings);
      }),
    );
  };
}

/** What is decided for one request. */
interface Plan {
  readonly coalesces: boolean;
  readonly key: unknown;
  /** Whether it leads a new flight, even if one with its key is in flight. */
  readonly takesOver: boolean;
  /** Whether all flights are forgotten when it has ended. */
  readonly forgets: boolean;
}

function askedOf({ context }: HttpRequest<unknown>): boolean | 'fresh' | undefined {
  const asked: unknown = context.get(COALESCE);
  if (asked === undefined || typeof asked === 'boolean' || asked === 'fresh') {
    return asked;
  }
  throw unexpected(NAME, 'COALESCE', "true, false, 'fresh' or undefined", asked);
}

function isRead({ method }: HttpRequest<unknown>): boolean {
  return method === 'GET' || method === 'HEAD';
}

function isWrite({ method }: HttpRequest<unknown>): boolean {
  return ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method);
}

function lowerCased(names: readonly string[]): ReadonlySet<string> {
  if (!Array.isArray(names)) {
    throw unexpected(NAME, 'ignoreHeaders', 'an array of header names', names);
  }
  return new Set(
    names.map((name: unknown, index) => {
      if (typeof name !== 'string') {
        throw unexpected(NAME, `ignoreHeaders[${index}]`, 'a header name', name);
      }
      return name.toLowerCase();
    }),
  );
}
