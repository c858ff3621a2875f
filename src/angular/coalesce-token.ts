import { HttpContextToken } from '@angular/common/http';

/**
 * Says of one request whether {@link coalesceInterceptor} coalesces it: `true` forces and `false` forbids, whatever `when` says;
 * `undefined`, the default, leaves it to `when`.
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
 * }
 * ```
 */
export const COALESCE: HttpContextToken<boolean | 'fresh' | undefined> = /* @__PURE__ */ new HttpContextToken<
  boolean | 'fresh' | undefined
>(() => undefined);
