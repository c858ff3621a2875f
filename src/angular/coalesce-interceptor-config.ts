import type { HttpRequest } from '@angular/common/http';
import type { FlightConfig } from '../config/flight-config.js';

/** Which requests {@link coalesceInterceptor} coalesces, and how. */
export interface CoalesceInterceptorConfig extends FlightConfig {
  /**
   * How many of the latest events a caller that joins late gets: an integer of at least 0, or `Infinity`. Of upload progress and of
   * download progress, only the latest event is kept and counted.
   *
   * @defaultValue `Infinity`: all events so far, but only the latest upload progress and the latest download progress
   */
  bufferSize?: number | undefined;

  /**
   * Whether to coalesce a request that does not set {@link COALESCE} itself.
   *
   * @defaultValue `true` for `GET` and `HEAD`
   */
  when?: ((request: HttpRequest<unknown>) => boolean) | undefined;

  /**
   * Computes the key of a request. Requests with equal keys share a response; keys are compared as a `Map` compares them. If it
   * throws, only that request gets the error.
   *
   * @defaultValue everything that can change the response: the method, the URL, its parameters in any order, the headers
   * at this point of the interceptor chain, the body, the response type, credentials, and every other option of the request;
   * not its context. Parameters with brackets in their names keep their order, because servers read them in order
   */
  keyFn?: ((request: HttpRequest<unknown>) => unknown) | undefined;

  /**
   * Names of headers to leave out of the default key, in upper or lower case: headers that differ from request to request but do
   * not change the response, such as trace ids and request ids. The values of the leader are sent.
   *
   * @defaultValue none
   */
  ignoreHeaders?: readonly string[] | undefined;

  /**
   * Whether a request changes what others read. When such a request has ended, with a response, with an error or by unsubscribing,
   * all flights of this injector are forgotten, before its caller is notified: later requests do not join them. It is called before
   * the request is sent. If it throws, only that request gets the error.
   *
   * @defaultValue `true` for `POST`, `PUT`, `PATCH` and `DELETE`, unless the request is coalesced itself
   */
  forgetAfter?: ((request: HttpRequest<unknown>) => boolean) | undefined;
}
