import { httpResource, runEffects } from '../support/angular.js';
import {
  HttpClient,
  HttpContext,
  HttpContextToken,
  HttpErrorResponse,
  HttpEventType,
  HttpHeaders,
  HttpParams,
  HttpRequest,
  HttpResponse,
  provideHttpClient,
  withInterceptors,
  withNoXsrfProtection,
  withRequestsMadeViaParent,
  type HttpEvent,
  type HttpInterceptorFn,
} from '@angular/common/http';
import type { HttpTestingController } from '@angular/common/http/testing';
import { createEnvironmentInjector, EnvironmentInjector } from '@angular/core';
import * as interop from '@angular/core/rxjs-interop';
import { toSignal } from '@angular/core/rxjs-interop';
import { TestBed } from '@angular/core/testing';
import { catchError, map, NEVER, of, repeat, retry, throwError, type Observable, type Subscription } from 'rxjs';
import { COALESCE, coalesceInterceptor, type CoalesceInterceptorConfig } from '../../src/angular/index.js';
import { application, childApplication, type Application } from '../support/angular-http.js';
import { expectCollected } from '../support/collected.js';
import { Log } from '../support/log.js';

describe('coalesceInterceptor', () => {
  let log: Log;
  let backend: HttpTestingController | undefined;

  beforeEach(() => {
    log = new Log();
    backend = undefined;
  });

  afterEach(() => {
    backend?.verify({ ignoreCancelled: true });
  });

  function setUp(...interceptors: HttpInterceptorFn[]): Application {
    const made = application(interceptors);
    ({ backend } = made);
    return made;
  }

  function subscribe(...calls: Observable<unknown>[]): Subscription[] {
    return calls.map((call, index) =>
      call.pipe(map((value) => JSON.stringify(value))).subscribe(log.observer(String(index + 1))),
    );
  }

  it('should send one request for all that are equal and overlap', () => {
    const { http, backend } = setUp(coalesceInterceptor());
    const bodies: unknown[] = [];
    http.get('/a').subscribe((body) => bodies.push(body));
    http.get('/a').subscribe((body) => bodies.push(body));
    http.get('/b').subscribe();
    const person = { name: 'Ada' };
    backend.expectOne('/a').flush(person);
    backend.expectOne('/b').flush(null);
    expect(bodies).toEqual([person, person]);
    expect(bodies[0]).toBe(bodies[1]);
  });

  it('should not keep a response', () => {
    const { http, backend } = setUp(coalesceInterceptor());
    for (const body of ['first', 'second']) {
      subscribe(http.get('/a'));
      backend.expectOne('/a').flush(body);
    }
    expect(log.take()).toEqual(['1 "first"', '1 complete', '1 "second"', '1 complete']);
  });

  it('should share an error, and not keep it', () => {
    const { http, backend } = setUp(coalesceInterceptor());
    const errors: unknown[] = [];
    http.get('/a').subscribe({ error: (error: unknown) => errors.push(error) });
    http.get('/a').subscribe({ error: (error: unknown) => errors.push(error) });
    backend.expectOne('/a').flush('no', { status: 500, statusText: 'Failed' });
    expect(errors).toEqual([jasmine.any(HttpErrorResponse), errors[0]]);
    expect(errors[0]).toBe(errors[1]);
    subscribe(http.get('/a'));
    backend.expectOne('/a').flush('yes');
    expect(log.take()).toEqual(['1 "yes"', '1 complete']);
  });

  it('should share the second attempt of all callers that retry', async () => {
    const { http, backend } = setUp(coalesceInterceptor());
    const attempt = http.get('/a').pipe(retry({ count: 1, delay: 1 }));
    subscribe(attempt, attempt);
    backend.expectOne('/a').flush('no', { status: 500, statusText: 'Failed' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    backend.expectOne('/a').flush('yes');
    expect(log.take()).toEqual(['1 "yes"', '2 "yes"', '1 complete', '2 complete']);
  });

  it('should send a fresh request for each repetition', () => {
    const { http, backend } = setUp(coalesceInterceptor());
    subscribe(http.get('/a').pipe(repeat(3)));
    for (const body of [1, 2, 3]) {
      backend.expectOne('/a').flush(body);
    }
    expect(log.take()).toEqual(['1 1', '1 2', '1 3', '1 complete']);
  });

  it('should abort the request when the last caller has left, whoever led', () => {
    const { http, backend } = setUp(coalesceInterceptor());
    const [leader, follower] = subscribe(http.get('/a'), http.get('/a'));
    const request = backend.expectOne('/a');
    leader!.unsubscribe();
    expect(request.cancelled).toBeFalse();
    follower!.unsubscribe();
    expect(request.cancelled).toBeTrue();
    subscribe(http.get('/a'));
    backend.expectOne('/a').flush('fresh');
    expect(log.take()).toEqual(['1 "fresh"', '1 complete']);
  });

  it('should show every event to those who join late', () => {
    const { http, backend } = setUp(coalesceInterceptor({ when: () => true }));
    const seen: HttpEvent<unknown>[][] = [[], []];
    const upload = (): Observable<HttpEvent<unknown>> =>
      http.post('/a', 'body', { observe: 'events', reportProgress: true });
    upload().subscribe((event) => seen[0]!.push(event));
    const request = backend.expectOne('/a');
    request.event({ type: HttpEventType.UploadProgress, loaded: 2, total: 4 });
    upload().subscribe((event) => seen[1]!.push(event));
    request.event({ type: HttpEventType.UploadProgress, loaded: 4, total: 4 });
    request.event({ type: HttpEventType.DownloadProgress, loaded: 1 });
    request.flush('done');
    expect(seen[0]!.map(({ type }) => type)).toEqual([
      HttpEventType.Sent,
      HttpEventType.UploadProgress,
      HttpEventType.UploadProgress,
      HttpEventType.DownloadProgress,
      HttpEventType.Response,
    ]);
    expect(seen[1]).toEqual(seen[0]);
  });

  describe('which requests', () => {
    /** How many requests two calls make. */
    function sent(
      config: CoalesceInterceptorConfig | undefined,
      make: (http: HttpClient) => Observable<unknown>,
    ): number {
      const { http, backend } = setUp(coalesceInterceptor(config));
      make(http).subscribe();
      make(http).subscribe();
      return backend.match(() => true).length;
    }

    const forced = new HttpContext().set(COALESCE, true);
    const forbidden = new HttpContext().set(COALESCE, false);

    for (const method of ['GET', 'HEAD']) {
      it(`should coalesce ${method}`, () => {
        expect(sent(undefined, (http) => http.request(method, '/a'))).toBe(1);
      });
    }

    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY']) {
      it(`should pass ${method} untouched, unless asked`, () => {
        expect(sent(undefined, (http) => http.request(method, '/a'))).toBe(2);
      });

      it(`should coalesce ${method} if the request asks for it`, () => {
        expect(sent(undefined, (http) => http.request(method, '/a', { context: forced }))).toBe(1);
      });
    }

    it('should let when decide', () => {
      const when = ({ url }: HttpRequest<unknown>): boolean => url === '/a';
      expect(sent({ when }, (http) => http.post('/a', 1))).toBe(1);
      TestBed.resetTestingModule();
      expect(sent({ when }, (http) => http.get('/b'))).toBe(2);
    });

    it('should let the request override when', () => {
      expect(sent({ when: () => false }, (http) => http.get('/a', { context: forced }))).toBe(1);
      TestBed.resetTestingModule();
      expect(sent({ when: () => true }, (http) => http.get('/a', { context: forbidden }))).toBe(2);
    });

    it('should emit what when throws as an error, which an interceptor before it can catch', () => {
      const when = (): boolean => {
        throw new Error('no idea');
      };
      const { http } = setUp(
        (request, next) => next(request).pipe(catchError(() => of(fallback))),
        coalesceInterceptor({ when }),
      );
      const fallback = new HttpResponse({ body: 'caught' });
      subscribe(http.get('/a'));
      expect(log.take()).toEqual(['1 "caught"', '1 complete']);
    });

    it('should pass a request that it does not coalesce to the next handler unchanged', () => {
      const seen: HttpRequest<unknown>[] = [];
      const { http } = setUp(coalesceInterceptor(), (request) => {
        seen.push(request);
        return NEVER;
      });
      const request = new HttpRequest('POST', '/a', null);
      http.request(request).subscribe();
      expect(seen).toEqual([request]);
      expect(seen[0]).toBe(request);
    });
  });

  describe('the default key', () => {
    type Init = NonNullable<ConstructorParameters<typeof HttpRequest>[3]>;

    function request(init: Init = {}, url = '/a', method = 'GET', body: unknown = null): HttpRequest<unknown> {
      return new HttpRequest(method, url, body, init);
    }

    /** Whether two requests share one response. */
    function merged(
      one: HttpRequest<unknown>,
      other: HttpRequest<unknown>,
      config?: CoalesceInterceptorConfig,
    ): boolean {
      const { http, backend } = setUp(coalesceInterceptor({ when: () => true, ...config }));
      http.request(one).subscribe();
      http.request(other).subscribe();
      const { length } = backend.match(() => true);
      TestBed.resetTestingModule();
      return length === 1;
    }

    const params = (text: string): HttpParams => new HttpParams({ fromString: text });
    const headers = (init: Record<string, string | string[]>): HttpHeaders => new HttpHeaders(init);

    const same: Record<string, [HttpRequest<unknown>, HttpRequest<unknown>]> = {
      'parameters in another order': [request({ params: params('a=1&b=2') }), request({ params: params('b=2&a=1') })],
      'parameters in the URL and beside it': [request({ params: params('b=2') }, '/a?a=1'), request({}, '/a?b=2&a=1')],
      'parameters in another order, one of them empty': [request({}, '/a?b=2&&a=1'), request({}, '/a?a=1&b=2&')],
      'parameters in another order, beside those with brackets': [
        request({}, '/a?a=1&x[]=1&b=2&x[]=2'),
        request({}, '/a?b=2&x[]=1&x[]=2&a=1'),
      ],
      'headers in another order and case': [
        request({ headers: headers({ 'X-One': '1', 'x-two': '2' }) }),
        request({ headers: headers({ 'X-Two': '2', 'x-one': '1' }) }),
      ],
      'options left out and undefined': [
        request(),
        request({ timeout: undefined, transferCache: undefined } as object),
      ],
      'a request and its clone': [request(), request().clone()],
      'bodies of plain data': [
        request({}, '/a', 'POST', { a: [1, { b: 2 }], c: undefined }),
        request({}, '/a', 'POST', { c: undefined, a: [1, { b: 2 }] }),
      ],
      'binary bodies': [
        request({}, '/a', 'POST', new Uint8Array([1, 2]).buffer),
        request({}, '/a', 'POST', new Uint8Array([1, 2]).buffer),
      ],
      'forms as parameters': [request({}, '/a', 'POST', params('a=1')), request({}, '/a', 'POST', params('a=1'))],
      'forms as search parameters': [
        request({}, '/a', 'POST', new URLSearchParams('a=1')),
        request({}, '/a', 'POST', new URLSearchParams('a=1')),
      ],
      'contexts that differ': [
        request({ context: new HttpContext().set(new HttpContextToken(() => 1), 1) }),
        request({ context: new HttpContext().set(new HttpContextToken(() => 2), 2) }),
      ],
    };

    for (const [what, [one, other]] of Object.entries(same)) {
      it(`should treat as equal: ${what}`, () => {
        expect(merged(one, other)).toBeTrue();
      });
    }

    const plain = request();
    const different: Record<string, [HttpRequest<unknown>, HttpRequest<unknown>]> = {
      methods: [plain, request({}, '/a', 'HEAD')],
      paths: [plain, request({}, '/A')],
      fragments: [plain, request({}, '/a#b')],
      'what follows a fragment': [request({}, '/a?b=2&a=1#f&c'), request({}, '/a?c&b=2&a=1#f')],
      'no query and an empty one': [plain, request({}, '/a?')],
      parameters: [request({}, '/a?a=1'), request({}, '/a?a=2')],
      'a parameter without a value and with an empty one': [request({}, '/a?a'), request({}, '/a?a=')],
      'the order of values of one parameter': [request({}, '/a?a=1&b=3&a=2'), request({}, '/a?a=2&b=3&a=1')],
      'the order of values of one parameter, written in two ways': [
        request({}, '/a?a=1&%61=2'),
        request({}, '/a?%61=2&a=1'),
      ],
      'the order of parameters with brackets': [
        request({}, '/a?x[][id]=1&x[][id]=2'),
        request({}, '/a?x[][id]=2&x[][id]=1'),
      ],
      'the order of parameters with brackets whose names differ': [
        request({}, '/a?x[][id]=1&x[][name]=a&x[][id]=2'),
        request({}, '/a?x[][id]=1&x[][id]=2&x[][name]=a'),
      ],
      'the order of parameters with brackets of two kinds': [
        request({}, '/a?sort[age]=1&sort[name]=1'),
        request({}, '/a?sort[name]=1&sort[age]=1'),
      ],
      'the order of parameters with brackets that are encoded': [
        request({}, '/a?x%5B%5D%5Bid%5D=1&x%5b%5d%5bname%5d=a&x%5B%5D%5Bid%5D=2'),
        request({}, '/a?x%5B%5D%5Bid%5D=1&x%5B%5D%5Bid%5D=2&x%5b%5d%5bname%5d=a'),
      ],
      'the order of parameters with brackets in HttpParams': [
        request({ params: new HttpParams().append('b[]', 1).append('a[]', 2) }),
        request({ params: new HttpParams().append('a[]', 2).append('b[]', 1) }),
      ],
      'the order of a parameter with brackets and one of the same name without': [
        request({}, '/a?x=1&x[]=2'),
        request({}, '/a?x[]=2&x=1'),
      ],
      'the order of parameters with one bracket': [request({}, '/a?b[=1&a[=2'), request({}, '/a?a[=2&b[=1')],
      'parameters that are no UTF-8': [request({}, '/a?a=%ff'), request({}, '/a?a=%fe')],
      'what separates parameters': [
        request({ params: new HttpParams({ fromObject: { a: '1&b=2' } }) }),
        request({}, '/a?a=1&b=2'),
      ],
      'a header': [plain, request({ headers: headers({ Authorization: 'Bearer 1' }) })],
      'the value of a header': [
        request({ headers: headers({ Authorization: 'Bearer 1' }) }),
        request({ headers: headers({ Authorization: 'Bearer 2' }) }),
      ],
      'a later value of a header': [
        request({ headers: headers({ Accept: ['a', 'b'] }) }),
        request({ headers: headers({ Accept: ['a', 'c'] }) }),
      ],
      'the order of values of a header': [
        request({ headers: headers({ Accept: ['a', 'b', 'c'] }) }),
        request({ headers: headers({ Accept: ['a', 'c', 'b'] }) }),
      ],
      'response types': [plain, request({ responseType: 'text' })],
      withCredentials: [plain, request({ withCredentials: true })],
      transferCache: [plain, request({ transferCache: false })],
      'headers for the transfer cache': [
        request({ transferCache: { includeHeaders: ['a'] } }),
        request({ transferCache: { includeHeaders: ['b'] } }),
      ],
      reportProgress: [plain, request({ reportProgress: true })],
      bodies: [request({}, '/a', 'POST', { a: 1 }), request({}, '/a', 'POST', { a: '1' })],
      'a body and none': [request({}, '/a', 'POST'), request({}, '/a', 'POST', {})],
      'binary bodies': [
        request({}, '/a', 'POST', new Uint8Array([1, 2]).buffer),
        request({}, '/a', 'POST', new Uint8Array([1, 3]).buffer),
      ],
      forms: [request({}, '/a', 'POST', params('a=1')), request({}, '/a', 'POST', params('a=2'))],
      'a form and text': [request({}, '/a', 'POST', params('a=1')), request({}, '/a', 'POST', 'a=1')],
      'kinds of forms': [
        request({}, '/a', 'POST', params('a=1')),
        request({}, '/a', 'POST', new URLSearchParams('a=1')),
      ],
    };

    // Not every version of Angular has these.
    const later = {
      credentials: 'include',
      keepalive: true,
      cache: 'no-store',
      priority: 'high',
      mode: 'no-cors',
      redirect: 'manual',
      referrer: '',
      integrity: 'sha256-x',
      timeout: 1000,
      referrerPolicy: 'no-referrer',
      reportUploadProgress: true,
      reportDownloadProgress: true,
    };
    for (const [name, value] of Object.entries(later)) {
      if (name in plain) {
        different[name] = [plain, request({ [name]: value })];
      } else {
        it(`should distinguish: ${name}`, () => {
          pending(`this version of Angular has no ${name}`);
        });
      }
    }

    for (const [what, [one, other]] of Object.entries(different)) {
      it(`should distinguish: ${what}`, () => {
        expect(merged(one, other)).toBeFalse();
        expect(merged(one, one.clone())).toBeTrue();
        expect(merged(other, other.clone())).toBeTrue();
      });
    }

    it('should leave out headers by name, in any case', () => {
      const numbered = (id: string): HttpRequest<unknown> => request({ headers: headers({ 'X-Request-Id': id }) });
      expect(merged(numbered('1'), numbered('2'), { ignoreHeaders: ['x-REQUEST-id'] })).toBeTrue();
      expect(merged(numbered('1'), plain, { ignoreHeaders: ['x-REQUEST-id'] })).toBeTrue();
      expect(merged(numbered('1'), numbered('2'), { ignoreHeaders: ['x-request'] })).toBeFalse();
    });

    it('should contain the headers set by the interceptors before it, and not by those behind it', () => {
      let number = 0;
      const numbered: HttpInterceptorFn = (each, next) =>
        next(each.clone({ setHeaders: { 'X-Number': String(++number) } }));
      const before = setUp(numbered, coalesceInterceptor());
      subscribe(before.http.get('/a'), before.http.get('/a'));
      expect(before.backend.match('/a').length).toBe(2);
      TestBed.resetTestingModule();
      const behind = setUp(coalesceInterceptor(), numbered);
      subscribe(behind.http.get('/a'), behind.http.get('/a'));
      expect(behind.backend.match('/a').length).toBe(1);
    });

    class Instance {
      readonly name = 'x';
    }
    const incomparable: Record<string, () => unknown> = {
      FormData: () => new FormData(),
      Blob: () => new Blob(['x']),
      'an instance of a class': () => new Instance(),
    };

    for (const [what, body] of Object.entries(incomparable)) {
      it(`should pass a request with ${what} as its body untouched, even if when asks for it`, () => {
        const value = body();
        expect(merged(request({}, '/a', 'POST', value), request({}, '/a', 'POST', value))).toBeFalse();
      });

      it(`should fail for ${what} if the request itself asks for it`, () => {
        const { http, backend } = setUp(coalesceInterceptor());
        const errors: unknown[] = [];
        http
          .post('/a', body(), { context: new HttpContext().set(COALESCE, true) })
          .subscribe({ error: (error: unknown) => errors.push(error) });
        expect(errors).toEqual([jasmine.any(TypeError)]);
        expect((errors[0] as Error).message).toContain('keyFn');
        backend.expectNone('/a');
      });

      it(`should coalesce a request with ${what} by a keyFn`, () => {
        const keyFn = ({ url }: HttpRequest<unknown>): string => url;
        expect(merged(request({}, '/a', 'POST', body()), request({}, '/a', 'POST', body()), { keyFn })).toBeTrue();
      });
    }
  });

  it('should compare what keyFn returns as a Map does', () => {
    const { http, backend } = setUp(
      coalesceInterceptor({ keyFn: ({ url }) => (url === '/a' ? NaN : url === '/b' ? undefined : {}) }),
    );
    for (const url of ['/a', '/a', '/b', '/b', '/c', '/c']) {
      http.get(url).subscribe();
    }
    expect(backend.match(() => true).map(({ request: { url } }) => url)).toEqual(['/a', '/b', '/c', '/c']);
  });

  it('should emit what keyFn throws as an error to that request alone', () => {
    let calls = 0;
    const { http, backend } = setUp(
      coalesceInterceptor({
        keyFn: ({ url }) => {
          if (++calls === 2) {
            throw new Error('no key');
          }
          return url;
        },
      }),
    );
    subscribe(http.get('/a'), http.get('/a'), http.get('/a'));
    backend.expectOne('/a').flush(1);
    expect(log.take()).toEqual(['2 error no key', '1 1', '3 1', '1 complete', '3 complete']);
  });

  it('should not call keyFn for a request that it does not coalesce', () => {
    const { http, backend } = setUp(
      coalesceInterceptor({
        keyFn: () => {
          throw new Error('no key');
        },
      }),
    );
    subscribe(http.post('/a', {}), http.get('/b', { context: new HttpContext().set(COALESCE, false) }));
    backend.expectOne('/a').flush(1);
    backend.expectOne('/b').flush(2);
    expect(log.take()).toEqual(['1 1', '1 complete', '2 2', '2 complete']);
  });

  it('should run the interceptors behind it once for all', () => {
    const seen: string[] = [];
    const { http, backend } = setUp(coalesceInterceptor(), (request, next) => {
      seen.push(request.url);
      return next(request);
    });
    subscribe(http.get('/a'), http.get('/a'));
    expect(seen).toEqual(['/a']);
    backend.expectOne('/a').flush(1);
  });

  it('should send a fresh request if an interceptor before it subscribes again', () => {
    const { http, backend } = setUp((request, next) => next(request).pipe(retry(1)), coalesceInterceptor());
    subscribe(http.get('/a'));
    backend.expectOne('/a').flush('no', { status: 500, statusText: 'Failed' });
    backend.expectOne('/a').flush('yes');
    expect(log.take()).toEqual(['1 "yes"', '1 complete']);
  });

  it('should pass on what an interceptor behind it throws or emits', () => {
    const { http } = setUp(coalesceInterceptor(), ({ url }) => {
      if (url === '/a') {
        throw new Error('thrown');
      }
      return throwError(() => new Error('emitted'));
    });
    subscribe(http.get('/a'), http.get('/b'), http.get('/a'));
    expect(log.take()).toEqual(['1 error thrown', '2 error emitted', '3 error thrown']);
  });

  it('should go on without callers if it is configured so', () => {
    const { http, backend } = setUp(coalesceInterceptor({ resetOnRefCountZero: false }));
    http.get('/a').subscribe().unsubscribe();
    subscribe(http.get('/a'));
    const request = backend.expectOne('/a');
    expect(request.cancelled).toBeFalse();
    request.flush(1);
    expect(log.take()).toEqual(['1 1', '1 complete']);
  });

  it('should pass bufferSize on', () => {
    const { http, backend } = setUp(coalesceInterceptor({ bufferSize: 0 }));
    const events: HttpEvent<unknown>[] = [];
    http.get('/a').subscribe();
    http.get('/a', { observe: 'events' }).subscribe((event) => events.push(event));
    backend.expectOne('/a').flush(1);
    expect(events.map(({ type }) => type)).toEqual([HttpEventType.Response]);
  });

  describe('the injector', () => {
    it('should share nothing between two applications, even if they share the interceptor', () => {
      const interceptor = coalesceInterceptor();
      setUp(interceptor);
      const [one, other] = [childApplication([interceptor]), childApplication([interceptor])];
      subscribe(one.http.get('/a'), other.http.get('/a'), one.http.get('/a'));
      one.backend.expectOne('/a').flush('one');
      other.backend.expectOne('/a').flush('other');
      expect(log.take()).toEqual(['1 "one"', '3 "one"', '1 complete', '3 complete', '2 "other"', '2 complete']);
    });

    it('should share with the parent if requests are made through it', () => {
      const interceptor = coalesceInterceptor();
      const { http, backend } = setUp(interceptor);
      const child = createEnvironmentInjector(
        [provideHttpClient(withInterceptors([interceptor]), withRequestsMadeViaParent(), withNoXsrfProtection())],
        TestBed.inject(EnvironmentInjector),
      );
      subscribe(http.get('/a'), child.get(HttpClient).get('/a'), child.get(HttpClient).get('/a'));
      backend.expectOne('/a').flush(1);
      expect(log.take()).toEqual(['1 1', '2 1', '3 1', '1 complete', '2 complete', '3 complete']);
    });

    it('should be collected with its registry, even if a request of it never ended', async () => {
      const interceptor = coalesceInterceptor();
      setUp(interceptor);
      await expectCollected(abandoned());
      expect(interceptor).toBeDefined();

      function abandoned(): WeakRef<object> {
        const injector = createEnvironmentInjector(
          [provideHttpClient(withInterceptors([interceptor, () => NEVER]))],
          TestBed.inject(EnvironmentInjector),
        );
        injector.get(HttpClient).get('/a').subscribe();
        injector.destroy();
        return new WeakRef(injector);
      }
    });
  });

  type RxResource = (options: { stream: () => Observable<unknown>; loader: () => Observable<unknown> }) => {
    value(): unknown;
  };
  const { rxResource } = interop as unknown as { readonly rxResource?: RxResource };

  it('should work below httpResource, rxResource and toSignal', async () => {
    const { http, backend } = setUp(coalesceInterceptor());
    if (httpResource === undefined || rxResource === undefined) {
      pending('this version of Angular has no resources');
      return;
    }
    const load = (): Observable<unknown> => http.get('/a');
    const [one, two, three] = TestBed.runInInjectionContext(
      // The function of rxResource had another name at first.
      () => [httpResource!(() => '/a'), rxResource({ stream: load, loader: load }), toSignal(load())] as const,
    );
    runEffects();
    backend.expectOne('/a').flush('one for all');
    await new Promise((resolve) => setTimeout(resolve));
    expect([one.value(), two.value(), three()]).toEqual(['one for all', 'one for all', 'one for all']);
  });

  it('should refuse a wrong configuration when it is passed', () => {
    const wrong: [unknown, string][] = [
      [null, '"config" to be an object, got null'],
      [{ when: true }, '"when" to be a function, got true'],
      [{ keyFn: 'url' }, '"keyFn" to be a function, got "url"'],
      [{ keyFn: null }, '"keyFn" to be a function, got null'],
      [{ forgetAfter: 'PUT' }, '"forgetAfter" to be a function, got "PUT"'],
      [{ forgetAfter: null }, '"forgetAfter" to be a function, got null'],
      [{ ignoreHeaders: 'x-id' }, '"ignoreHeaders" to be an array of header names, got "x-id"'],
      [{ ignoreHeaders: ['x', 1] }, '"ignoreHeaders[1]" to be a header name, got 1'],
      [{ bufferSize: -1 }, '"bufferSize" to be a whole number or Infinity, got -1'],
      [{ resetOnRefCountZero: 1 }, '"resetOnRefCountZero" to be a boolean or a function, got 1'],
    ];
    for (const [config, complaint] of wrong) {
      expect(() => coalesceInterceptor(config as CoalesceInterceptorConfig)).toThrowError(
        TypeError,
        `coalesceInterceptor: expected ${complaint}`,
      );
    }
  });
});
