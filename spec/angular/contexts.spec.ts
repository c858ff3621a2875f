import { httpResource, runEffects } from '../support/angular.js';
import { HttpRequest, HttpResponse, type HttpEvent, type HttpInterceptorFn } from '@angular/common/http';
import { effect, inject, InjectionToken, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { NEVER, Observable, of, repeat, retry, take, throwError, type Subscription } from 'rxjs';
import { coalesceInterceptor, type CoalesceInterceptorConfig } from '../../src/angular/index.js';
import { application, childApplication } from '../support/angular-http.js';

describe('coalesceInterceptor in the reactive context of a caller (law 28)', () => {
  /** How often an effect that sends a request runs if a signal changes that an interceptor behind it has read. */
  function runs(interceptors: HttpInterceptorFn[], method: string, changed: () => void): number {
    const { http } = application(interceptors);
    let count = 0;
    let call: Subscription | undefined;
    TestBed.runInInjectionContext(() =>
      effect(() => {
        count++;
        call?.unsubscribe();
        call = http.request(method, '/a').subscribe({ error: () => undefined });
      }),
    );
    runEffects();
    expect(count).toBe(1);
    changed();
    runEffects();
    call?.unsubscribe();
    return count;
  }

  const read = signal(0);
  const change = (): void => read.update((value) => value + 1);

  const configs: Record<string, CoalesceInterceptorConfig> = {
    when: { when: () => read() >= 0 },
    keyFn: { keyFn: () => read() },
    forgetAfter: { forgetAfter: () => read() < 0 },
  };
  for (const [name, config] of Object.entries(configs)) {
    it(`should not make it depend on what ${name} reads`, () => {
      expect(runs([coalesceInterceptor(config)], 'GET', change)).toBe(1);
    });
  }

  const behind: Record<string, HttpInterceptorFn> = {
    'when it is called': (request, next) => {
      read();
      return next(request);
    },
    'when it is subscribed to': (request, next) =>
      new Observable((subscriber) => {
        read();
        return next(request).subscribe(subscriber);
      }),
    'when it emits at once': () =>
      new Observable((subscriber) => {
        subscriber.next(new HttpResponse({ body: read() }));
        subscriber.complete();
      }),
    'when it fails at once': () => throwError(() => new Error(String(read()))),
  };
  for (const [when, interceptor] of Object.entries(behind)) {
    for (const method of ['GET', 'POST']) {
      it(`should not make it depend on what an interceptor behind it reads ${when}, for ${method}`, () => {
        expect(runs([coalesceInterceptor(), interceptor], method, change)).toBe(1);
      });
    }
  }

  for (const method of ['GET', 'POST']) {
    it(`should not make it depend on what a teardown reads that it causes, for ${method}`, () => {
      const again = signal(0);
      const { http } = application([coalesceInterceptor(), () => new Observable(() => () => read())]);
      let count = 0;
      let call: Subscription | undefined;
      TestBed.runInInjectionContext(() =>
        effect(() => {
          again();
          count++;
          call?.unsubscribe();
          call = http.request(method, '/a').subscribe();
        }),
      );
      runEffects();
      again.set(1);
      runEffects();
      expect(count).toBe(2);
      change();
      runEffects();
      expect(count).toBe(2);
      call?.unsubscribe();
    });
  }

  it('should not let it run forever if an interceptor behind it writes what it reads', () => {
    const pending = signal(0);
    const counting: HttpInterceptorFn = () => {
      // Not forever in this spec, either.
      if (pending() < 10) {
        pending.set(pending() + 1);
      }
      return NEVER;
    };
    expect(runs([coalesceInterceptor(), counting], 'GET', () => pending.set(0))).toBe(1);
  });

  it('should not load an httpResource again if a signal changes that an interceptor behind it has read', async () => {
    if (httpResource === undefined) {
      pending('this version of Angular has no httpResource');
      return;
    }
    const id = signal(1);
    const { backend } = application([
      coalesceInterceptor({ when: () => read() >= 0, keyFn: ({ url }) => `${url} ${read()}` }),
      behind['when it is called']!,
    ]);
    const resource = TestBed.runInInjectionContext(() => httpResource!(() => `/${id()}`));
    runEffects();
    backend.expectOne('/1').flush('one');
    await settled();
    change();
    runEffects();
    backend.expectNone('/1');
    expect(resource.value()).toBe('one');
    id.set(2);
    runEffects();
    backend.expectOne('/2').flush('two');
    await settled();
    expect(resource.value()).toBe('two');
  });

  function settled(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve));
  }

  it('should let a caller leave in the middle of a synchronous response', () => {
    let made = 0;
    const { http } = application([
      coalesceInterceptor(),
      () =>
        new Observable((subscriber) => {
          while (!subscriber.closed && made < 10) {
            made++;
            subscriber.next(new HttpResponse({ body: made }));
          }
        }),
    ]);
    const received: unknown[] = [];
    http
      .get('/a')
      .pipe(take(2))
      .subscribe((body) => received.push(body));
    expect([received, made]).toEqual([[1, 2], 2]);
  });
});

describe('coalesceInterceptor and inject() (law 28)', () => {
  const TENANT = new InjectionToken<string>('the tenant');
  const provided = (tenant: string) => [{ provide: TENANT, useValue: tenant }];

  it('should let when inject', () => {
    const { http, backend } = application(
      [coalesceInterceptor({ when: ({ url }) => url === inject(TENANT) })],
      provided('/a'),
    );
    for (const url of ['/a', '/a', '/b', '/b']) {
      http.get(url).subscribe();
    }
    expect(backend.match(() => true).map(({ request: { url } }) => url)).toEqual(['/a', '/b', '/b']);
  });

  it('should let keyFn inject, from the injector that configured it', () => {
    const keys: unknown[] = [];
    const interceptor = coalesceInterceptor({
      keyFn: ({ url }) => {
        const key = `${inject(TENANT)}${url}`;
        keys.push(key);
        return key;
      },
    });
    const { http, backend } = application([interceptor], provided('one'));
    const child = childApplication([interceptor], provided('other'));
    http.get('/a').subscribe();
    child.http.get('/a').subscribe();
    expect(keys).toEqual(['one/a', 'other/a']);
    expect(backend.match('/a').length + child.backend.match('/a').length).toBe(2);
  });

  it('should let forgetAfter inject', () => {
    const { http, backend } = application(
      [coalesceInterceptor({ forgetAfter: ({ url }) => url === inject(TENANT) })],
      provided('/write'),
    );
    http.get('/a').subscribe();
    http.post('/write', null).subscribe();
    backend.expectOne('/write').flush(null);
    http.get('/a').subscribe();
    expect(backend.match('/a').length).toBe(2);
  });

  it('should let them inject, and the interceptors behind, if a request is sent again outside of any injection context', async () => {
    const tenants: string[] = [];
    const note = (): true => {
      tenants.push(inject(TENANT));
      return true;
    };
    const { http } = application(
      [
        coalesceInterceptor({ when: note, keyFn: note, forgetAfter: note }),
        () => {
          note();
          return throwError(() => new Error('failed'));
        },
      ],
      provided('one'),
    );
    await new Promise<void>((resolve) => {
      http
        .get('/a')
        .pipe(retry({ count: 1, delay: 1 }))
        .subscribe({ error: () => resolve() });
    });
    expect(tenants).toEqual(Array.from({ length: 8 }, () => 'one'));
  });

  it('should not run in its context what the interceptors behind it return', () => {
    const { http } = application([
      coalesceInterceptor(),
      () =>
        new Observable((subscriber) => {
          try {
            inject(TENANT);
          } catch (error) {
            subscriber.error(error);
          }
        }),
    ]);
    const errors: unknown[] = [];
    http.get('/a').subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors.map(String)).toEqual([jasmine.stringContaining('NG0203')]);
  });

  it('should call the interceptor behind once for each request that is sent, and not before', () => {
    let calls = 0;
    const interceptor = coalesceInterceptor();
    application([]);
    const held: Observable<HttpEvent<unknown>> = TestBed.runInInjectionContext(() =>
      interceptor(new HttpRequest('GET', '/a'), () => {
        calls++;
        return of(new HttpResponse());
      }),
    );
    expect(calls).toBe(0);
    held.pipe(repeat(2)).subscribe();
    expect(calls).toBe(2);
  });
});
