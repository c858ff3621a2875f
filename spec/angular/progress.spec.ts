import '../support/angular.js';
import {
  HttpEventType,
  HttpHeaderResponse,
  HttpRequest,
  HttpResponse,
  type HttpEvent,
  type HttpUploadProgressEvent,
  type HttpDownloadProgressEvent,
} from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { Subject, type Observable } from 'rxjs';
import { coalesceInterceptor, type CoalesceInterceptorConfig } from '../../src/angular/index.js';
import { application } from '../support/angular-http.js';
import { Log } from '../support/log.js';

describe('coalesceInterceptor and the events of a request (law 28)', () => {
  let log: Log;
  let source: Subject<HttpEvent<unknown>>;

  beforeEach(() => {
    log = new Log();
    source = new Subject();
  });

  /** A request that is answered by the source, each time that it is sent. */
  function request(config?: CoalesceInterceptorConfig): Observable<HttpEvent<unknown>> {
    application([]);
    const interceptor = coalesceInterceptor(config);
    return TestBed.runInInjectionContext(() => interceptor(new HttpRequest('GET', '/a'), () => source));
  }

  const sent: HttpEvent<unknown> = { type: HttpEventType.Sent };
  const header = new HttpHeaderResponse();
  const up = (loaded: number): HttpUploadProgressEvent => ({ type: HttpEventType.UploadProgress, loaded });
  const down = (loaded: number): HttpDownloadProgressEvent => ({ type: HttpEventType.DownloadProgress, loaded });
  const response = (body: unknown): HttpResponse<unknown> => new HttpResponse({ body });
  const custom = (id: number): HttpEvent<unknown> => ({ type: HttpEventType.User, id }) as HttpEvent<unknown>;

  function emit(...events: HttpEvent<unknown>[]): void {
    events.forEach((event) => source.next(event));
  }

  function name(event: HttpEvent<unknown>): string {
    const { loaded, body, id } = event as { loaded?: number; body?: string; id?: number };
    return [HttpEventType[event.type], loaded ?? body ?? id].join(' ').trim();
  }

  function subscribe(caller: string, call: Observable<HttpEvent<unknown>>, also: () => void = () => undefined): void {
    call.subscribe({
      next: (event) => {
        log.add(`${caller} ${name(event)}`);
        also();
      },
      error: (error: unknown) => log.add(`${caller} error ${String(error)}`),
      complete: () => log.add(`${caller} complete`),
    });
  }

  it('should show a late caller the latest of each kind of progress, in the order in which they came', () => {
    const call = request();
    subscribe('leader', call);
    emit(sent, up(1), up(2), header, up(3), down(1), down(2));
    log.take();
    subscribe('late', call);
    expect(log.take()).toEqual([
      'late Sent',
      'late ResponseHeader',
      'late UploadProgress 3',
      'late DownloadProgress 2',
    ]);
  });

  it('should show a caller every event after it has joined', () => {
    const call = request();
    subscribe('leader', call);
    subscribe('early', call);
    emit(sent);
    subscribe('late', call);
    emit(down(1), down(2), response('x'));
    source.complete();
    const notifications = log.take();
    for (const caller of ['leader', 'early', 'late']) {
      expect(notifications.filter((line) => line.startsWith(caller))).toEqual(
        ['Sent', 'DownloadProgress 1', 'DownloadProgress 2', 'Response x', 'complete'].map(
          (what) => `${caller} ${what}`,
        ),
      );
    }
  });

  it('should replay everything but progress to a late caller', () => {
    const call = request();
    subscribe('leader', call);
    emit(custom(1), response('cached'), down(1), custom(2), down(2), response('fresh'));
    log.take();
    subscribe('late', call);
    expect(log.take()).toEqual([
      'late User 1',
      'late Response cached',
      'late User 2',
      'late DownloadProgress 2',
      'late Response fresh',
    ]);
  });

  for (const [bufferSize, events] of [
    [0, []],
    [1, ['DownloadProgress 2']],
    [2, ['UploadProgress 2', 'DownloadProgress 2']],
    [3, ['Sent', 'UploadProgress 2', 'DownloadProgress 2']],
    [Infinity, ['Sent', 'UploadProgress 2', 'DownloadProgress 2']],
  ] as const) {
    it(`should show a late caller the latest ${bufferSize} of them with that bufferSize, and then all`, () => {
      const call = request({ bufferSize });
      subscribe('leader', call);
      emit(sent, up(1), up(2), down(1), down(2));
      log.take();
      subscribe('late', call);
      expect(log.take()).toEqual(events.map((event) => `late ${event}`));
      emit(down(3), response('x'));
      expect(log.take().filter((line) => line.startsWith('late'))).toEqual([
        'late DownloadProgress 3',
        'late Response x',
      ]);
    });
  }

  it('should keep the order of a late caller that makes the source emit and end during the replay', () => {
    const call = request();
    subscribe('leader', call);
    emit(sent, header, down(1));
    log.take();
    let first = true;
    subscribe('late', call, () => {
      if (first) {
        first = false;
        emit(down(2), response('x'));
        source.complete();
      }
    });
    expect(log.take().filter((line) => line.startsWith('late'))).toEqual([
      'late Sent',
      'late ResponseHeader',
      'late DownloadProgress 1',
      'late DownloadProgress 2',
      'late Response x',
      'late complete',
    ]);
  });

  it('should keep the order of a late caller that makes the source fail during the replay', () => {
    const call = request();
    subscribe('leader', call);
    emit(sent, down(1));
    log.take();
    let first = true;
    subscribe('late', call, () => {
      if (first) {
        first = false;
        source.error('lost');
      }
    });
    expect(log.take().filter((line) => line.startsWith('late'))).toEqual([
      'late Sent',
      'late DownloadProgress 1',
      'late error lost',
    ]);
  });

  it('should show a caller every event since it joined, even if another makes the source emit', () => {
    const call = request();
    let first = true;
    subscribe('one', call, () => {
      if (first) {
        first = false;
        emit(up(2), up(3));
      }
    });
    subscribe('other', call);
    emit(up(1));
    expect(log.take()).toEqual(
      [1, 2, 3].flatMap((loaded) => [`one UploadProgress ${loaded}`, `other UploadProgress ${loaded}`]),
    );
  });

  it('should hold no progress but the latest of its kind', async () => {
    const { gc } = globalThis;
    if (gc === undefined) {
      pending('needs --expose-gc');
      return;
    }
    const call = request();
    const notifications = [0, 0];
    call.subscribe(() => notifications[0]!++);
    emit(sent);
    call.subscribe(() => notifications[1]!++);
    const events = Array.from({ length: 100 }, (_, loaded) => held(loaded));
    for (let turn = 0; turn < 20 && alive() > 2; turn++) {
      await new Promise((resolve) => setTimeout(resolve));
      gc();
    }
    expect(notifications).toEqual([201, 201]);
    expect(alive()).toBe(2);
    expect(source.observed).toBeTrue();

    function held(loaded: number): WeakRef<object>[] {
      const pair = [up(loaded), { ...down(loaded), partialText: 'x'.repeat(loaded) }];
      emit(...pair);
      return pair.map((event) => new WeakRef(event));
    }

    function alive(): number {
      return events.flat().filter((event) => event.deref() !== undefined).length;
    }
  });
});
