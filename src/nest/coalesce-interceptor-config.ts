import type { ExecutionContext } from '@nestjs/common';
import type { FlightConfig } from '../config/flight-config.js';

/** Which requests {@link CoalesceInterceptor} and {@link CoalesceRequests} coalesce, and how. */
export interface CoalesceInterceptorConfig extends FlightConfig {
  /**
   * Whether to coalesce a request.
   *
   * @defaultValue whether its method is `GET` or `HEAD`; every request to a method that is itself decorated with
   * {@link CoalesceRequests}; outside of HTTP, every call, if there is a `keyFn`
   */
  when?: ((context: ExecutionContext) => boolean) | undefined;

  /**
   * What two requests to one handler must have in common, besides their method and `headers`, to share an answer. Keys are compared by
   * content, as `argumentsKey` compares, so an array or a plain object will do. With `undefined` a request is answered by itself.
   * A throw is an error to that request alone.
   *
   * It says who is asking, too: with a `keyFn`, requests with `Authorization` or `Cookie` are shared.
   *
   * @defaultValue the URL with its query, the host, the body if there is one, and the headers and the address that the handler takes
   * by `@Headers('name')` and `@Ip()`. Outside of HTTP there is no default: such calls pass untouched
   */
  keyFn?: ((context: ExecutionContext) => unknown) | undefined;

  /**
   * Names of headers, in any case, that say for whom an answer is: tenant, language, API key. They are part of every key, besides
   * a `keyFn` too. A request with `Authorization` or `Cookie` is shared by default only if that header is named here.
   *
   * @defaultValue none
   */
  headers?: readonly string[] | undefined;
}
