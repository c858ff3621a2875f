import type { HttpEvent, HttpInterceptorFn, HttpRequest } from '@angular/common/http';
import { EnvironmentInjector, inject } from '@angular/core';
import { defer } from 'rxjs';
import { expectFunction } from '../config/expect-function.js';
import { flightSettings } from '../config/flight-settings.js';
import { inFlightCalls, type InFlightCalls } from '../flight/in-flight-calls.js';
import { unexpected } from '../config/unexpected.js';
import type { CoalesceInterceptorConfig } from './coalesce-interceptor-config.js';
import { COALESCE } from './coalesce-token.js';
import { inZoneOfCaller } from './in-zone-of-caller.js';
import { requestKey } from './request-key.js';

/**
 * Makes an interceptor for Angular's `HttpClient`, by which requests that are alike and overlap share one response.
 *
 * All who wait see every event, upload and download progress included, and the same response object; `next` runs once for
 * them. The request is aborted when the last of them has unsubscribed. Nothing is kept: `repeat`, `retry` and polling send
 * requests of their own, and share those that overlap.
 *
 * Put it after the interceptors that set who is asking (tokens, tenants, languages), so that the key has the headers that they
 * set, and before those that retry, cache or log, so that they work once for all. What interceptors behind it, or cookies that change
 * in mid-flight, make of a request is no part of the key. Neither is the request's `HttpContext`: where a token changes the
 * response, say so by `keyFn`, or forbid it by {@link COALESCE}. A request that an interceptor behind it sends through `HttpClient`
 * must not be like the one that waits for it: it would join it, and wait for itself.
 *
 * Responses are never shared between injectors: each `EnvironmentInjector` that is configured with the interceptor has a registry
 * of its own, so one application on a server never sees what another was sent, even if the interceptor is a constant of a module.
 *
 * A request whose body the default key cannot compare (`FormData`, a `Blob`, an instance of a class) passes untouched if `when`
 * asks for it, and fails with the `TypeError` of `argumentsKey` if {@link COALESCE} does: there, pass a `keyFn`.
 *
 * @param config - `when`: by default for `GET` and `HEAD`; `keyFn`: by default all that can change the response, without
 * `ignoreHeaders`; `bufferSize`, by default `Infinity`, and `resetOnRefCountZero`, by default `true`, as in `FlightConfig`
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
  const settings = flightSettings('coalesceInterceptor', config);
  const { when = isRead, keyFn = defaultKey, ignoreHeaders = [] } = config;
  expectFunction('coalesceInterceptor', 'when', when);
  expectFunction('coalesceInterceptor', 'keyFn', keyFn);
  const ignored = lowerCased(ignoreHeaders);
  const registries = new WeakMap<EnvironmentInjector, InFlightCalls<unknown, HttpEvent<unknown>>>();

  function defaultKey(request: HttpRequest<unknown>): unknown {
    return requestKey(request, ignored);
  }

  function registryOf(injector: EnvironmentInjector): InFlightCalls<unknown, HttpEvent<unknown>> {
    const inFlight = registries.get(injector) ?? inFlightCalls();
    registries.set(injector, inFlight);
    return inFlight;
  }

  return (request, next) => {
    const inFlight = registryOf(inject(EnvironmentInjector));
    return defer(() => {
      const asked = request.context.get(COALESCE);
      if (!(asked ?? when(request))) {
        return next(request);
      }
      let key: unknown;
      try {
        key = keyFn(request);
      } catch (error) {
        // Nobody asked for this very request, and what cannot be compared is like nothing else.
        if (keyFn === defaultKey && asked === undefined) {
          return next(request);
        }
        throw error;
      }
      return inZoneOfCaller(inFlight.join(key, () => next(request), settings));
    });
  };
}

function isRead({ method }: HttpRequest<unknown>): boolean {
  return method === 'GET' || method === 'HEAD';
}

function lowerCased(names: readonly string[]): ReadonlySet<string> {
  if (!Array.isArray(names)) {
    throw unexpected('coalesceInterceptor', 'ignoreHeaders', 'an array of names of headers', names);
  }
  return new Set(
    names.map((name: unknown, index) => {
      if (typeof name !== 'string') {
        throw unexpected('coalesceInterceptor', `ignoreHeaders[${index}]`, 'the name of a header', name);
      }
      return name.toLowerCase();
    }),
  );
}
