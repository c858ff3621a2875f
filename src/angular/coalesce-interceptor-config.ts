import type { HttpRequest } from '@angular/common/http';
import type { FlightConfig } from '../config/flight-config.js';

/** Which requests {@link coalesceInterceptor} coalesces, and how. */
export interface CoalesceInterceptorConfig extends FlightConfig {
  /**
   * How many of the latest events a caller that joins late is shown: an integer of at least 0, or `Infinity`. They are counted
   * after those upload and download progress events have been left out that a later one of their kind outdates.
   *
   * @defaultValue `Infinity`: all that has come, and of upload and of download progress the latest
   */
  bufferSize?: number | undefined;

  /**
   * Whether to coalesce a request that does not say so itself, by {@link COALESCE}.
   *
   * @defaultValue whether its method is `GET` or `HEAD`
   */
  when?: ((request: HttpRequest<unknown>) => boolean) | undefined;

  /**
   * What two requests must have in common to share a response, compared as a `Map` compares keys. A throw is an error to that
   * request alone.
   *
   * @defaultValue everything that can change the response: the method, the URL, its parameters in any order, the headers
   * present at this point of the chain, the body, the response type, credentials, and every other option of the request;
   * not its context. Parameters whose names hold brackets keep their order, since servers read them in order
   */
  keyFn?: ((request: HttpRequest<unknown>) => unknown) | undefined;

  /**
   * Names of headers, in any case, to leave out of the default key: those that differ from request to request and leave
   * the response alone, such as trace and request ids. What is sent are the leader's.
   *
   * @defaultValue none
   */
  ignoreHeaders?: readonly string[] | undefined;

  /**
   * After which requests all flights of this injector are forgotten, so that what is asked from then on is asked anew: those
   * that change what others read. It is asked before the request is sent; a throw is an error to that request alone. The flights
   * are forgotten when the request has ended, by its response, an error or unsubscribing, and before its caller is notified.
   *
   * @defaultValue whether its method is `POST`, `PUT`, `PATCH` or `DELETE`, and it is not coalesced itself
   */
  forgetAfter?: ((request: HttpRequest<unknown>) => boolean) | undefined;
}
