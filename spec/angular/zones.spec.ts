import { withoutRenderer } from '../support/angular.js';
import { HttpRequest, HttpResponse, type HttpEvent } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { Subject, type Observable } from 'rxjs';
import { coalesceInterceptor } from '../../src/angular/index.js';
import { Log } from '../support/log.js';
import { zoneless } from '../support/angular-zoneless.js';

/** The part of a zone that matters here: zone.js itself would change the globals of all other specs. */
class Zone {
  static current = new Zone('root');

  constructor(readonly name: string) {}

  run(callback: () => void): void {
    const before = Zone.current;
    Zone.current = this;
    callback();
    Zone.current = before;
  }
}

describe('coalesceInterceptor if there are zones', () => {
  const globals = globalThis as { Zone?: typeof Zone };
  let response: Subject<HttpEvent<unknown>>;
  let request: Observable<HttpEvent<unknown>>;
  let log: Log;

  beforeEach(() => {
    response = new Subject();
    log = new Log();
    TestBed.configureTestingModule({ providers: [zoneless(), withoutRenderer] });
    const interceptor = coalesceInterceptor();
    request = TestBed.runInInjectionContext(() => interceptor(new HttpRequest('GET', '/a'), () => response));
    globals.Zone = Zone;
  });

  afterEach(() => {
    delete globals.Zone;
  });

  function subscribeIn(zone: Zone): void {
    const logged = (what: string) => (): void => log.add(`${zone.name} ${what} in ${Zone.current.name}`);
    zone.run(() => request.subscribe({ next: logged('next'), error: logged('error'), complete: logged('complete') }));
  }

  it('should notify each caller in its own', () => {
    subscribeIn(new Zone('one'));
    subscribeIn(new Zone('other'));
    response.next(new HttpResponse());
    response.complete();
    expect(log.take()).toEqual([
      'one next in one',
      'other next in other',
      'one complete in one',
      'other complete in other',
    ]);
  });

  it('should notify each caller of an error in its own', () => {
    subscribeIn(new Zone('one'));
    subscribeIn(new Zone('other'));
    response.error('no');
    expect(log.take()).toEqual(['one error in one', 'other error in other']);
  });
});
