import { withoutRenderer } from '../support/angular.js';
import * as angularHttp from '@angular/common/http';
import {
  HttpClient,
  HttpContext,
  HttpEventType,
  type HttpFeature,
  type HttpFeatureKind,
  provideHttpClient,
  withFetch,
  withInterceptors,
} from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { firstValueFrom } from 'rxjs';
import { COALESCE, coalesceInterceptor } from '../../src/angular/index.js';
import { zoneless } from '../support/angular-zoneless.js';

describe('coalesceInterceptor in a browser', () => {
  let url: string;
  let tests = 0;

  beforeEach(() => {
    url = new URL(`/context.html?test=${++tests}`, location.href).href;
  });

  // From Angular 22 on, fetch is the default and XMLHttpRequest has to be asked for.
  const { withXhr } = angularHttp as { withXhr?: () => HttpFeature<HttpFeatureKind> };

  function setUp(fetch: boolean): HttpClient {
    const backend = fetch ? withFetch : withXhr;
    const features = [withInterceptors([coalesceInterceptor()]), ...(backend === undefined ? [] : [backend()])];
    TestBed.configureTestingModule({ providers: [zoneless(), withoutRenderer, provideHttpClient(...features)] });
    return TestBed.inject(HttpClient);
  }

  for (const [name, fetch] of [
    ['fetch', true],
    ['XMLHttpRequest', false],
  ] as const) {
    it(`should send one request for all over ${name}`, async () => {
      const http = setUp(fetch);
      const call = (): Promise<string> => firstValueFrom(http.get(url, { responseType: 'text' }));
      const [one, other] = await Promise.all([call(), call()]);
      expect(one).toContain('<html>');
      expect(other).toBe(one);
      expect(await sent()).toBe(1);
      await call();
      expect(await sent()).toBe(2);
    });
  }

  /** How often the browser has asked for the page. */
  async function sent(): Promise<number> {
    // An entry is added some time after the response.
    await new Promise((resolve) => setTimeout(resolve, 50));
    return performance.getEntriesByName(url, 'resource').length;
  }

  it('should abort an XMLHttpRequest when the last caller has left', () => {
    const http = setUp(false);
    const abort = spyOn(XMLHttpRequest.prototype, 'abort').and.callThrough();
    const [leader, follower] = [http.get(url).subscribe(), http.get(url).subscribe()];
    leader.unsubscribe();
    expect(abort).not.toHaveBeenCalled();
    follower.unsubscribe();
    expect(abort).toHaveBeenCalledTimes(1);
  });

  it('should show the progress of an upload to all callers', async () => {
    const http = setUp(false);
    const seen: string[][] = [[], []];
    const uploads = seen.map(
      (events) =>
        new Promise<void>((resolve) => {
          const context = new HttpContext().set(COALESCE, true);
          http.post(url, 'x'.repeat(1e6), { context, observe: 'events', reportProgress: true }).subscribe({
            next: (event) => {
              events.push(HttpEventType[event.type]);
            },
            // What the page answers to a POST does not matter.
            error: () => resolve(),
            complete: () => resolve(),
          });
        }),
    );
    await Promise.all(uploads);
    expect(seen[0]).toContain('UploadProgress');
    expect(seen[1]).toEqual(seen[0]);
    expect(await sent()).toBe(1);
  });
});
