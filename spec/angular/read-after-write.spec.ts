import { httpResource, runEffects } from '../support/angular.js';
import {
  HttpContext,
  HttpEventType,
  HttpRequest,
  HttpResponse,
  type HttpClient,
  type HttpEvent,
  type HttpInterceptorFn,
} from '@angular/common/http';
import type { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import {
  catchError,
  concat,
  EMPTY,
  finalize,
  NEVER,
  of,
  retry,
  switchMap,
  tap,
  throwError,
  type Observable,
} from 'rxjs';
import { COALESCE, coalesceInterceptor } from '../../src/angular/index.js';
import { application, childApplication } from '../support/angular-http.js';
import { Log } from '../support/log.js';

const asking = (value: boolean | 'fresh' | undefined): { context: HttpContext } => ({
  context: new HttpContext().set(COALESCE, value),
});

describe('coalesceInterceptor and a read after a write (law 28)', () => {
  let log: Log;
  let http: HttpClient;
  let backend: HttpTestingController;

  beforeEach(() => {
    log = new Log();
  });

  afterEach(() => {
    backend.verify({ ignoreCancelled: true });
  });

  function setUp(...interceptors: HttpInterceptorFn[]): void {
    ({ http, backend } = application(interceptors.length > 0 ? interceptors : [coalesceInterceptor()]));
  }

  function read(name: string): void {
    http.get('/a').subscribe(log.observer(name));
  }

  /** How many reads reach the backend, if one is made before a write ends and one at that moment. */
  function readsSent(): number {
    return backend.match('/a').length;
  }

  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    it(`should not let a read after a ${method} join a read from before it`, () => {
      setUp();
      read('old');
      http.request(method, '/write').subscribe(() => read('new'));
      const [old] = backend.match('/a');
      backend.expectOne('/write').flush(null);
      backend.expectOne('/a').flush('after');
      old!.flush('before');
      expect(log.take()).toEqual(['new after', 'new complete', 'old before', 'old complete']);
    });
  }

  for (const method of ['GET', 'HEAD', 'OPTIONS', 'QUERY']) {
    it(`should let a read join after ${method}`, () => {
      setUp();
      read('old');
      http.request(method, '/b').subscribe({ next: () => read('new'), complete: () => read('new') });
      backend.expectOne('/b').flush(null);
      expect(readsSent()).toBe(1);
    });
  }

  describe('however the write ends', () => {
    const ends: Record<string, (write: Observable<unknown>) => void> = {
      'in the handler of its response': (write) => {
        write.subscribe(() => read('new'));
        backend.expectOne('/write').flush(null);
      },
      'in the handler of its completion': (write) => {
        write.subscribe({ complete: () => read('new') });
        backend.expectOne('/write').flush(null);
      },
      'in the handler of its error': (write) => {
        write.subscribe({ error: () => read('new') });
        backend.expectOne('/write').flush(null, { status: 500, statusText: 'Failed' });
      },
      'in the handler of a lost connection': (write) => {
        write.pipe(catchError(() => EMPTY)).subscribe({ complete: () => read('new') });
        backend.expectOne('/write').error(new Event('error') as ProgressEvent);
      },
      'after it is unsubscribed': (write) => {
        const call = write.subscribe();
        backend.expectOne('/write');
        call.unsubscribe();
        read('new');
      },
      'in its finalize() when it is unsubscribed': (write) => {
        const call = write.pipe(finalize(() => read('new'))).subscribe();
        backend.expectOne('/write');
        call.unsubscribe();
      },
    };
    for (const [when, end] of Object.entries(ends)) {
      it(`should read again ${when}`, () => {
        setUp();
        read('old');
        end(http.put('/write', null));
        expect(readsSent()).toBe(2);
      });
    }

    for (const [how, interceptor] of Object.entries<HttpInterceptorFn>({
      'throws at once': () => {
        throw new Error('no');
      },
      'fails at once': () => throwError(() => new Error('no')),
      'completes without a response': () => EMPTY,
    })) {
      it(`should read again if an interceptor behind it ${how}`, () => {
        setUp(coalesceInterceptor(), (request, next) =>
          request.method === 'GET' ? next(request) : interceptor(request, next),
        );
        read('old');
        http.put('/write', null).subscribe({ error: () => read('new'), complete: () => read('new') });
        expect(readsSent()).toBe(2);
      });
    }
  });

  it('should let reads join while the write is under way, and not across its end', () => {
    setUp();
    read('1');
    http.put('/write', null).subscribe();
    read('2');
    expect(readsSent()).toBe(1);
    backend.expectOne('/write').flush(null);
    read('3');
    expect(readsSent()).toBe(1);
  });

  it('should let all reads after the write share one request, from the handler of its response on', () => {
    setUp();
    read('old');
    http.put('/write', null).subscribe({ next: () => read('new'), complete: () => read('new') });
    backend.expectOne('/write').flush(null);
    read('new');
    expect(readsSent()).toBe(2);
  });

  it('should forget even if only the first value of the write is taken', () => {
    setUp();
    http
      .put('/write', null)
      .pipe(switchMap(() => http.get('/a')))
      .subscribe(log.observer('one'));
    const event = tap<HttpEvent<unknown>>(({ type }) => {
      if (type === HttpEventType.Response) {
        read('other');
      }
    });
    http.put('/other', null, { observe: 'events' }).pipe(event).subscribe();
    backend.expectOne('/write').flush(null);
    backend.expectOne('/other').flush(null);
    const reads = backend.match('/a');
    expect(reads.length).toBe(2);
    reads.forEach((each, index) => each.flush(index));
    expect(log.take()).toEqual(['one 0', 'one complete', 'other 1', 'other complete']);
  });

  it('should forget at each response of a write that has several', () => {
    setUp(coalesceInterceptor(), (request, next) =>
      request.method === 'GET' ? next(request) : concat(of(new HttpResponse({ body: 'guess' })), next(request)),
    );
    http.put<string>('/write', null).subscribe((body) => read(`after ${body}`));
    backend.expectOne('/write').flush('known');
    expect(readsSent()).toBe(2);
  });

  it('should forget reads with any key', () => {
    setUp();
    for (const url of ['/a', '/b']) {
      http.get(url).subscribe();
    }
    http.post('/write', null).subscribe();
    backend.expectOne('/write').flush(null);
    for (const url of ['/a', '/b']) {
      http.get(url).subscribe();
    }
    expect(backend.match(() => true).length).toBe(4);
  });

  it('should keep an earlier read for its callers', () => {
    setUp();
    const old = http.get('/a').subscribe();
    http.post('/write', null).subscribe();
    const [request] = backend.match('/a');
    backend.expectOne('/write').flush(null);
    expect(request!.cancelled).toBeFalse();
    old.unsubscribe();
    expect(request!.cancelled).toBeTrue();
  });

  it('should not forget after a POST that is coalesced itself', () => {
    setUp();
    read('old');
    http.post('/search', null, asking(true)).subscribe(() => read('new'));
    backend.expectOne('/search').flush(null);
    expect(readsSent()).toBe(1);
    TestBed.resetTestingModule();
    setUp(coalesceInterceptor({ when: ({ url }) => url !== '/write' }));
    read('old');
    http.post('/search', null).subscribe(() => read('new'));
    backend.expectOne('/search').flush(null);
    expect(readsSent()).toBe(1);
  });

  it('should forget after a POST that was to be coalesced, and has a body that the default key cannot compare', () => {
    setUp(coalesceInterceptor({ when: () => true }));
    read('old');
    http.post('/upload', new FormData()).subscribe(() => read('new'));
    backend.expectOne('/upload').flush(null);
    expect(readsSent()).toBe(2);
  });

  it('should forget after requests that forgetAfter names, and no others', () => {
    setUp(coalesceInterceptor({ forgetAfter: ({ url }) => url === '/logout' }));
    read('old');
    http.post('/write', null).subscribe(() => read('new'));
    backend.expectOne('/write').flush(null);
    expect(readsSent()).toBe(1);
    http.get('/logout').subscribe(() => read('new'));
    backend.expectOne('/logout').flush(null);
    expect(readsSent()).toBe(1);
  });

  it('should forget once, before any caller is notified of the end of a coalesced request that forgetAfter names', () => {
    setUp(coalesceInterceptor({ forgetAfter: ({ url }) => url === '/poll' }));
    read('old');
    const calls = [1, 2, 3].map(() => http.get('/poll').subscribe(() => read('new')));
    // It does not end when one caller leaves.
    calls[2]!.unsubscribe();
    read('old');
    backend.expectOne('/poll').flush(null);
    expect(readsSent()).toBe(2);
  });

  it('should emit what forgetAfter throws as an error to that request alone, and not send it', () => {
    setUp(
      coalesceInterceptor({
        forgetAfter: ({ url }) => {
          if (url === '/b') {
            throw new Error('no idea');
          }
          return false;
        },
      }),
    );
    read('a');
    http.post('/b', null).subscribe(log.observer('b'));
    backend.expectOne('/a').flush(1);
    expect(log.take()).toEqual(['b error no idea', 'a 1', 'a complete']);
  });

  it('should call forgetAfter once for each request, before it is sent', () => {
    const asked: string[] = [];
    setUp(
      coalesceInterceptor({
        forgetAfter: ({ method, url }) => {
          asked.push(`${method} ${url}`);
          return false;
        },
      }),
      (request, next) => {
        asked.push('sent');
        return next(request);
      },
    );
    http.put('/b', null).subscribe();
    read('a');
    expect(asked).toEqual(['PUT /b', 'sent', 'GET /a', 'sent']);
    backend.match(() => true);
  });

  it('should forget nothing of another application', () => {
    const interceptor = coalesceInterceptor();
    setUp(interceptor);
    const other = childApplication([interceptor]);
    read('old');
    other.http.put('/write', null).subscribe();
    other.backend.expectOne('/write').flush(null);
    read('new');
    expect(readsSent()).toBe(1);
  });

  it('should show users who log in their own account, even if it was requested before', () => {
    setUp();
    let user = 'anonymous';
    http.get('/me').subscribe(log.observer('header'));
    const [before] = backend.match('/me');
    const seen = user;
    http
      .post('/login', null)
      .pipe(switchMap(() => http.get('/me')))
      .subscribe(log.observer('page'));
    user = 'ada';
    backend.expectOne('/login').flush(null);
    backend.expectOne('/me').flush(user);
    before!.flush(seen);
    expect(log.take()).toEqual(['page ada', 'page complete', 'header anonymous', 'header complete']);
  });

  it('should show what was written after reload() of an httpResource', async () => {
    setUp();
    if (httpResource === undefined) {
      pending('this version of Angular has no httpResource');
      return;
    }
    const resource = TestBed.runInInjectionContext(() => httpResource!(() => '/a'));
    runEffects();
    backend.expectOne('/a').flush('before');
    await settled();
    read('another component');
    const [slow] = backend.match('/a');
    http.put('/a', 'after').subscribe(() => resource.reload());
    backend.expectOne(({ method }) => method === 'PUT').flush(null);
    runEffects();
    backend.expectOne('/a').flush('after');
    slow!.flush('before');
    await settled();
    expect(resource.value()).toBe('after');
  });

  function settled(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve));
  }
});

describe("COALESCE: 'fresh' (law 28)", () => {
  let log: Log;

  beforeEach(() => {
    log = new Log();
  });

  it('should lead a run of its own, which later ones join', () => {
    const { http, backend } = application([coalesceInterceptor()]);
    http.get('/a').subscribe(log.observer('1'));
    http.get('/a', asking('fresh')).subscribe(log.observer('2'));
    http.get('/a').subscribe(log.observer('3'));
    http.get('/a', asking(true)).subscribe(log.observer('4'));
    const [old, fresh, ...more] = backend.match('/a');
    expect(more).toEqual([]);
    fresh!.flush('after');
    old!.flush('before');
    expect(log.take()).toEqual([
      ...['2 after', '3 after', '4 after', '2 complete', '3 complete', '4 complete'],
      ...['1 before', '1 complete'],
    ]);
  });

  it('should take over the key each time that it is subscribed', () => {
    const { http, backend } = application([coalesceInterceptor()]);
    const reload = http.get('/a', asking('fresh'));
    reload.subscribe();
    reload.pipe(retry(1)).subscribe(log.observer('2'));
    const [, second] = backend.match('/a');
    second!.flush(null, { status: 500, statusText: 'Failed' });
    backend.expectOne('/a').flush('at last');
    expect(log.take()).toEqual(['2 at last', '2 complete']);
  });

  it('should leave other keys alone', () => {
    const { http, backend } = application([coalesceInterceptor()]);
    http.get('/a').subscribe();
    http.get('/b', asking('fresh')).subscribe();
    http.get('/a').subscribe();
    expect(backend.match(() => true).length).toBe(2);
  });

  it('should coalesce a request that when would not, and not treat it as a write', () => {
    const { http, backend } = application([coalesceInterceptor()]);
    http.get('/a').subscribe();
    http.post('/search', 1, asking('fresh')).subscribe();
    http.post('/search', 1, asking(true)).subscribe();
    backend.expectOne('/search').flush(null);
    http.get('/a').subscribe();
    expect(backend.match('/a').length).toBe(1);
  });

  it('should fail if the key cannot be made', () => {
    const { http, backend } = application([coalesceInterceptor()]);
    const errors: unknown[] = [];
    http.post('/a', new FormData(), asking('fresh')).subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toEqual([jasmine.any(TypeError)]);
    backend.expectNone('/a');
  });

  for (const [value, described] of [
    ['Fresh', '"Fresh"'],
    [1, '1'],
    [null, 'null'],
  ] as const) {
    it(`should not be mistaken for ${described}, which is an error to that request alone`, () => {
      const { http, backend } = application([coalesceInterceptor({ when: () => true })]);
      const errors: unknown[] = [];
      http.get('/a').subscribe();
      http.get('/a', asking(value as never)).subscribe({ error: (error: unknown) => errors.push(error) });
      http.get('/a').subscribe();
      expect(errors).toEqual([
        new TypeError(
          `coalesceInterceptor: expected "COALESCE" to be true, false, 'fresh' or undefined, got ${described}`,
        ),
      ]);
      expect(backend.match('/a').length).toBe(1);
    });
  }

  it('should be passed to the interceptors behind it unchanged', () => {
    const seen: unknown[] = [];
    const { http } = application([
      coalesceInterceptor(),
      (request) => {
        seen.push(request.context.get(COALESCE));
        return NEVER;
      },
    ]);
    const request = new HttpRequest('GET', '/a', asking('fresh'));
    http.request(request).subscribe();
    expect(seen).toEqual(['fresh']);
  });
});
