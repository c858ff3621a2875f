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

const FACE = 'coalesceInterceptor';

/**
 * Makes an interceptor for Angular's `HttpClient`, by which requests that are alike and overlap share one response.
 *
 * All who wait see every event from when they joined, upload and download progress included, and the same response object; `next`
 * runs once for them. Who joins late first sees what came before, of upload and of download progress the latest event only: each
 * holds all that came so far. The request is aborted when the last of them has unsubscribed. Nothing is kept: `repeat`,
 * `retry` and polling send requests of their own, and share those that overlap.
 *
 * **Where to put it.** After the interceptors that set who is asking (tokens, tenants, languages), so that the key has the headers
 * that they set, and before those that retry, cache, log or change a body in place, so that they work once for all. What
 * interceptors behind it, or cookies that change in mid-flight, make of a request is no part of the key. Neither is the
 * request's `HttpContext`: where a token changes the response, say so by `keyFn`, or forbid it by {@link COALESCE}. What an
 * interceptor behind it writes into the context reaches the leader of the flight alone. A request that an interceptor behind it
 * sends through `HttpClient` must not be like the one that waits for it: it would join it, and wait for itself.
 *
 * **Reads after writes.** No read joins across a write: when a request that `forgetAfter` names has ended, by its
 * response, an error or unsubscribing, the flights of this injector are forgotten before its caller is notified. What is asked
 * from then on is asked anew; who waits already keeps the answer that they asked for. To reload by hand, set {@link COALESCE} to
 * `'fresh'`.
 *
 * **What all share.** The response is one object for all. An `ArrayBuffer` that one of them transfers to a worker is gone for all. Who
 * joins late has what is left of the request's own `timeout`, which began with the leader's.
 *
 * `when`, `keyFn` and `forgetAfter` run in the injection context of the injector that is configured with the interceptor, so they may
 * `inject()`. They, and what stands behind, run untracked by signals: an effect that sends a request does not depend on what
 * they read.
 *
 * Responses are never shared between injectors: each `EnvironmentInjector` that is configured with the interceptor has a registry
 * of its own, so one application on a server never sees what another was sent, even if the interceptor is a constant of a module.
 *
 * A request whose body the default key cannot compare (`FormData`, a `Blob`, an instance of a class) passes untouched if `when`
 * asks for it, and fails with the `TypeError` of `argumentsKey` if {@link COALESCE} does: there, pass a `keyFn`.
 *
 * @param config - `when`: by default for `GET` and `HEAD`; `keyFn`: by default all that can change the response, without
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
  const settings = flightSettings(FACE, config);
  const { when = isRead, keyFn = defaultKey, ignoreHeaders = [], forgetAfter } = config;
  expectFunction(FACE, 'when', when);
  expectFunction(FACE, 'keyFn', keyFn);
  if (forgetAfter !== undefined) {
    expectFunction(FACE, 'forgetAfter', forgetAfter);
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
        // Nobody asked for this very request, and what cannot be compared is like nothing else.
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

/** What becomes of one request. */
interface Plan {
  readonly coalesces: boolean;
  readonly key: unknown;
  /** Whether it leads a run of its own, whatever is in flight. */
  readonly takesOver: boolean;
  /** Whether all that is in flight is forgotten when it has ended. */
  readonly forgets: boolean;
}

function askedOf({ context }: HttpRequest<unknown>): boolean | 'fresh' | undefined {
  const asked: unknown = context.get(COALESCE);
  if (asked === undefined || typeof asked === 'boolean' || asked === 'fresh') {
    return asked;
  }
  throw unexpected(FACE, 'COALESCE', "true, false, 'fresh' or undefined", asked);
}

function isRead({ method }: HttpRequest<unknown>): boolean {
  return method === 'GET' || method === 'HEAD';
}

function isWrite({ method }: HttpRequest<unknown>): boolean {
  return ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method);
}

function lowerCased(names: readonly string[]): ReadonlySet<string> {
  if (!Array.isArray(names)) {
    throw unexpected(FACE, 'ignoreHeaders', 'an array of names of headers', names);
  }
  return new Set(
    names.map((name: unknown, index) => {
      if (typeof name !== 'string') {
        throw unexpected(FACE, `ignoreHeaders[${index}]`, 'the name of a header', name);
      }
      return name.toLowerCase();
    }),
  );
}
