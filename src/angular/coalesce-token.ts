import { HttpContextToken } from '@angular/common/http';

/**
 * Decides for one request whether {@link coalesceInterceptor} coalesces it. It takes precedence over `when`.
 *
 * - `true`: the request is coalesced.
 * - `false`: it is not.
 * - `'fresh'`: the request does not join a flight. It leads a new one, which later requests join. Use it to reload by hand.
 * - `undefined`, the default: `when` decides.
 *
 * With any other value, the request fails with a `TypeError`.
 *
 * @example
 * ```ts
 * import { HttpClient, HttpContext } from '@angular/common/http';
 * import { inject } from '@angular/core';
 * import { COALESCE } from 'rxjs-coalesce/angular';
 *
 * class People {
 *   readonly #http = inject(HttpClient);
 *
 *   // A POST that only reads.
 *   search(name: string) {
 *     return this.#http.post('/people/search', { name }, { context: new HttpContext().set(COALESCE, true) });
 *   }
 *
 *   reload(id: number) {
 *     return this.#http.get(`/people/${id}`, { context: new HttpContext().set(COALESCE, 'fresh') });
 *   }
 * }
 * ```
 */
export const COALESCE: HttpContextToken<boolean | 'fresh' | undefined> = /* @__PURE__ */ new HttpContextToken<
  boolean | 'fresh' | undefined
>(() => undefined);
