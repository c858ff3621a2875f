import type { ExecutionContext } from '@nestjs/common';
import type { FlightConfig } from '../config/flight-config.js';

/** Which requests {@link CoalesceInterceptor} and {@link CoalesceRequests} coalesce, and how. */
export interface CoalesceInterceptorConfig extends FlightConfig {
  /**
   * Whether to coalesce a request.
   *
   * @defaultValue `true` for `GET` and `HEAD`; for every request, if the handler is decorated with {@link CoalesceRequests};
   * outside of HTTP, for every call, if there is a `keyFn`
   */
  when?: ((context: ExecutionContext) => boolean) | undefined;

  /**
   * Computes the key of a request. Requests to one handler share an answer if their keys, their HTTP methods and their `headers` are
   * equal. Keys are compared by content, as by `argumentsKey`, so it may return an array or a plain object. If it returns `undefined`,
   * the request is not shared. If it throws, only that request gets the error.
   *
   * The key must also identify the user, if the answer depends on the user: with a `keyFn`, requests with `Authorization` or `Cookie`
   * are shared.
   *
   * @defaultValue the URL with its query, the host, the body if there is one, and what the handler takes by `@Headers('name')` and
   * `@Ip()`. Outside of HTTP there is no default: without a `keyFn`, such calls are not coalesced
   */
  keyFn?: ((context: ExecutionContext) => unknown) | undefined;

  /**
   * Names of headers that identify for whom an answer is made, such as tenant, language or API key, in upper or lower case. They are
   * part of every key, also with a `keyFn`. Without a `keyFn`, a request with `Authorization` or `Cookie` is shared only if that
   * header is named here.
   *
   * @defaultValue none
   */
  headers?: readonly string[] | undefined;
}
