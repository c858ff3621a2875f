import { withoutRenderer } from '../support/angular.js';
import type { HttpErrorResponse } from '@angular/common/http';
import {
  HttpClient,
  HttpEventType,
  provideHttpClient,
  withFetch,
  withInterceptors,
  type HttpDownloadProgressEvent,
  type HttpEvent,
} from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { filter, firstValueFrom, lastValueFrom, repeat, retry, toArray, type Observable } from 'rxjs';
import { coalesceInterceptor } from '../../src/angular/index.js';
import { startServer, type LocalServer } from '../support/local-server.js';
import { zoneless } from '../support/angular-zoneless.js';

describe('coalesceInterceptor over fetch', () => {
  let server: LocalServer;
  /** Requests that the server has not answered yet; it emits `request` for each that arrives, and `close` for each that ends. */
  let waiting: ServerResponse[];
  let arrivals: EventEmitter;
  let http: HttpClient;

  beforeEach(async () => {
    waiting = [];
    arrivals = new EventEmitter();
    server = await startServer((_, response) => {
      waiting.push(response);
      response.on('close', () => arrivals.emit('close', response.writableFinished));
      arrivals.emit('request');
    });
    TestBed.configureTestingModule({
      providers: [
        zoneless(),
        withoutRenderer,
        provideHttpClient(withFetch(), withInterceptors([coalesceInterceptor()])),
      ],
    });
    http = TestBed.inject(HttpClient);
  });

  afterEach(async () => {
    await server.close();
  });

  function answer(body: unknown, status = 200): void {
    waiting.shift()!.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  }

  it('should send one request for all', async () => {
    const arrived = once(arrivals, 'request');
    const calls = [1, 2, 3].map(() => firstValueFrom(http.get<object>(server.url)));
    await arrived;
    calls.push(firstValueFrom(http.get<object>(server.url)));
    expect(waiting.length).toBe(1);
    answer({ name: 'Ada' });
    const people = await Promise.all(calls);
    expect(people[0]).toEqual({ name: 'Ada' });
    expect(new Set(people).size).toBe(1);
    expect(waiting).toEqual([]);
  });

  it('should abort the real request when the last caller has left', async () => {
    const arrived = once(arrivals, 'request');
    const calls = [1, 2].map(() => http.get(server.url).subscribe());
    await arrived;
    const third = http.get(server.url).subscribe();
    const gone = once(arrivals, 'close');
    calls.forEach((call) => call.unsubscribe());
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(waiting[0]!.closed).toBeFalse();
    third.unsubscribe();
    expect(await gone).toEqual([false]);
  });

  it('should show the progress of a download to those who join late', async () => {
    const seen: HttpEvent<string>[][] = [[], []];
    const watch = (events: HttpEvent<string>[]): Promise<unknown> =>
      new Promise((resolve, reject) => {
        http.get(server.url, { observe: 'events', reportProgress: true, responseType: 'text' }).subscribe({
          next: (event) => {
            events.push(event);
            arrivals.emit('event');
          },
          error: reject,
          complete: () => resolve(undefined),
        });
      });
    const arrived = once(arrivals, 'request');
    const first = watch(seen[0]!);
    await arrived;
    waiting[0]!.writeHead(200).write('half ');
    while (seen[0]!.length < 3) {
      await once(arrivals, 'event');
    }
    const second = watch(seen[1]!);
    waiting[0]!.end('and half');
    await Promise.all([first, second]);
    expect(waiting.length).toBe(1);
    expect(seen[0]!.map(({ type }) => type)).toEqual([
      HttpEventType.Sent,
      HttpEventType.ResponseHeader,
      HttpEventType.DownloadProgress,
      HttpEventType.DownloadProgress,
      HttpEventType.Response,
    ]);
    expect((seen[0]![3] as HttpDownloadProgressEvent).partialText).toBe('half and half');
    expect(seen[1]).toEqual(seen[0]);
  });

  it('should hold no more of a long download than without the interceptor, but its latest progress', async () => {
    const progress: WeakRef<HttpDownloadProgressEvent>[] = [];
    let loaded = 0;
    const arrived = once(arrivals, 'request');
    const download = (): Observable<HttpEvent<string>> =>
      http.get(server.url, { observe: 'events', reportProgress: true, responseType: 'text' });
    download()
      .pipe(filter(isDownloadProgress))
      .subscribe((event) => {
        progress.push(new WeakRef(event));
        ({ loaded } = event);
        arrivals.emit('event');
      });
    await arrived;
    waiting[0]!.writeHead(200);
    const chunk = 'x'.repeat(64 * 1024);
    for (let sent = chunk.length; sent <= 32 * chunk.length; sent += chunk.length) {
      waiting[0]!.write(chunk);
      while (loaded < sent) {
        await once(arrivals, 'event');
      }
    }
    expect(progress.length).toBeGreaterThanOrEqual(32);
    const alive = (): number => progress.filter((event) => event.deref() !== undefined).length;
    for (let turn = 0; turn < 20 && alive() > 1; turn++) {
      await new Promise((resolve) => setTimeout(resolve));
      gc!();
    }
    expect(alive()).toBeLessThanOrEqual(1);

    const late = await firstValueFrom(download().pipe(filter(isDownloadProgress)));
    expect(late.partialText?.length).toBe(32 * chunk.length);
    expect(waiting.length).toBe(1);
    waiting[0]!.end();
  });

  it('should share a failure, and one more attempt between all callers that retry', async () => {
    let arrived = once(arrivals, 'request');
    const calls = [1, 2].map(() => lastValueFrom(http.get(server.url).pipe(retry({ count: 1, delay: 5 }))));
    for (const attempt of [1, 2]) {
      await arrived;
      arrived = once(arrivals, 'request');
      // Both wait equally long before they retry, but not on one timer.
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(waiting.length).toBe(1);
      answer({ attempt }, 503);
    }
    const results = await Promise.allSettled(calls);
    const reasons = results.map((result) => (result as PromiseRejectedResult).reason as HttpErrorResponse);
    expect(reasons.map(({ status, error }) => [status, error] as unknown)).toEqual([
      [503, { attempt: 2 }],
      [503, { attempt: 2 }],
    ]);
    expect(reasons[0]).toBe(reasons[1]);
  });

  it('should get a fresh response for each poll', async () => {
    arrivals.on('request', () => answer(++polls));
    let polls = 0;
    const polled = http.get(server.url).pipe(repeat({ count: 3, delay: 5 }), toArray());
    expect(await lastValueFrom(polled)).toEqual([1, 2, 3]);
  });
});

function isDownloadProgress(event: HttpEvent<unknown>): event is HttpDownloadProgressEvent {
  return event.type === HttpEventType.DownloadProgress;
}
