import { HttpParams, type HttpRequest } from '@angular/common/http';
import { argumentsKey } from '../keys/arguments-key.js';

/**
 * The default key of a request: everything that can change the response.
 *
 * `options` are the method, the response type and all that this version of Angular, or a later one, hands to its backends.
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
 * In any order, though those whose names hold brackets keep theirs: servers read `x[][id]=1&x[][id]=2` in order, and `x` along
 * with `x[]`.
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

/** Named as a server reads the name, and compared as it is sent. */
function parameter(text: string): Named {
  const [[name] = ['']] = new URLSearchParams(text);
  return [name, text];
}

/** In any order, though values of one name keep theirs. */
function byName(pairs: readonly Named[]): readonly Named[] {
  return [...pairs].sort(([one], [other]) => (one < other ? -1 : Number(one > other)));
}
