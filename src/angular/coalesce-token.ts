import { HttpContextToken } from '@angular/common/http';

/**
 * Says of one request whether {@link coalesceInterceptor} coalesces it, whatever `when` says.
 *
 * - `true` forces it.
 * - `false` forbids it.
 * - `'fresh'` takes the key over: the request does not join what is in flight, but leads a run of its own, which later ones join. For a
 *   reload by hand.
 * - `undefined`, the default, leaves it to `when`.
 *
 * Anything else is a `TypeError` to that request.
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
