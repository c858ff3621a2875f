import { HttpParams, type HttpRequest } from '@angular/common/http';
import { argumentsKey } from '../keys/arguments-key.js';

/**
 * The default key of a request: everything that can change the response.
 *
 * `options` are the method, the response type and every other option of the request, also those of later versions of Angular.
 */
export function requestKey(request: HttpRequest<unknown>, ignoredHeaders: ReadonlySet<string>): unknown {
  const { url: _url, params: _params, context: _context, urlWithParams, headers, body, ...options } = request;
  const [, path, query, fragment] = /^([^?#]*)(\?[^#]*)?(.*)$/s.exec(urlWithParams) ?? [];
  const form = kindOfForm(body);
  return argumentsKey({
    ...options,
    url: [path, query === undefined ? [] : parameters(query.slice(1)), fragment],
    headers: byName(
      headers
        .keys()
        .map((name): Named => [name.toLowerCase(), headers.getAll(name)])
        .filter(([name]) => !ignoredHeaders.has(name)),
    ),
    form,
    body: form === undefined ? body : String(body),
  });
}

function kindOfForm(body: unknown): string | undefined {
  return body instanceof HttpParams ? 'HttpParams' : body instanceof URLSearchParams ? 'URLSearchParams' : undefined;
}

type Named = readonly [name: string, value: unknown];

/**
 * The parameters in an order that does not depend on the request's. Only parameters with brackets in their names, and `x` beside `x[]`,
 * keep their order, because servers read `x[][id]=1&x[][id]=2` in order.
 */
function parameters(query: string): readonly [inOrder: readonly Named[], inAnyOrder: readonly Named[]] {
  const pairs = query.split('&').map(parameter);
  const nested = new Set(pairs.flatMap(([name]) => (BRACKET.test(name) ? [name, baseOf(name)] : [])));
  return [pairs.filter(([name]) => nested.has(name)), byName(pairs.filter(([name]) => !nested.has(name)))];
}

const BRACKET = /[[\]]/;

function baseOf(name: string): string {
  return name.slice(0, name.search(BRACKET));
}

/** The name is decoded, as a server reads it. The value is the text as it is sent. */
function parameter(text: string): Named {
  const [[name] = ['']] = new URLSearchParams(text);
  return [name, text];
}

/** Sorts by name. Values with the same name keep their order. */
function byName(pairs: readonly Named[]): readonly Named[] {
  return [...pairs].sort(([one], [other]) => (one < other ? -1 : Number(one > other)));
}
