import '../support/angular.js';
import { HttpEventType } from '@angular/common/http';
import { EMPTY, expand, map, retry } from 'rxjs';
import { coalesceInterceptor } from '../../src/angular/index.js';
import { application, type Application } from '../support/angular-http.js';
import { Log } from '../support/log.js';

describe('coalesceInterceptor and a request that is sent in the handler of an equal request (law 28)', () => {
  let log: Log;
  let http: Application['http'];
  let backend: Application['backend'];

  beforeEach(() => {
    log = new Log();
    ({ http, backend } = application([coalesceInterceptor()]));
  });

  afterEach(() => {
    backend.verify();
  });

  it('should be sent again, once for all callers that retry because of what they received', () => {
    const attempt = http.get<number>('/a').pipe(
      map((value) => {
        if (value < 2) {
          throw new Error('too early');
        }
        return value;
      }),
      retry(1),
    );
    for (const name of ['1', '2', '3']) {
      attempt.subscribe(log.observer(name));
    }
    for (const value of [1, 2]) {
      backend.expectOne('/a').flush(value);
    }
    expect(log.take()).toEqual(['1 2', '2 2', '3 2', '1 complete', '2 complete', '3 complete']);
  });

  it('should be sent again for each step of expand()', () => {
    const job = http.get<string>('/job');
    const poll = job.pipe(expand((state) => (state === 'done' ? EMPTY : job)));
    poll.subscribe(log.observer('1'));
    poll.subscribe(log.observer('2'));
    for (const state of ['queued', 'running', 'done']) {
      backend.expectOne('/job').flush(state);
    }
    expect(log.take()).toEqual([
      ...['1 queued', '2 queued', '1 running', '2 running', '1 done', '2 done'],
      ...['1 complete', '2 complete'],
    ]);
  });

  it('should be sent again for each recursion of a subscriber', () => {
    const poll = (): void => {
      http.get<string>('/job').subscribe((state) => {
        log.add(state);
        if (state !== 'done') {
          poll();
        }
      });
    };
    poll();
    for (const state of ['queued', 'running', 'done']) {
      backend.expectOne('/job').flush(state);
    }
    expect(log.take()).toEqual(['queued', 'running', 'done']);
  });

  it('should join if the equal request goes on, and receive what came before', () => {
    const events = http.get('/a', { observe: 'events', reportProgress: true });
    let asked = false;
    events.subscribe(({ type }) => {
      log.add(`1 ${HttpEventType[type]}`);
      if (type === HttpEventType.DownloadProgress && !asked) {
        asked = true;
        events.subscribe((event) => log.add(`2 ${HttpEventType[event.type]}`));
      }
    });
    const request = backend.expectOne('/a');
    request.event({ type: HttpEventType.DownloadProgress, loaded: 1 });
    expect(log.take()).toEqual(['1 Sent', '1 DownloadProgress']);
    request.event({ type: HttpEventType.DownloadProgress, loaded: 2 });
    expect(log.take()).toEqual(['1 DownloadProgress', '2 Sent', '2 DownloadProgress']);
    request.flush(null);
    expect(log.take()).toEqual(['1 Response', '2 Response']);
  });
});
