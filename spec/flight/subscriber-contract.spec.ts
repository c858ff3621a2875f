import { NEVER, Observable, Subject, type Subscriber } from 'rxjs';
import { flightSettings } from '../../src/config/flight-settings.js';
import { Registry } from '../../src/flight/registry.js';
import { errorsReportedIn } from '../support/errors-reported.js';

// What flight.ts relies on in RxJS 7, the oldest and the newest: if one of these fails, look there first.

describe('RxJS: a subscriber', () => {
  it('should run its finalizers in the order in which they were added, when it is already closed', () => {
    const log: string[] = [];
    const subscription = new Observable((subscriber) => {
      subscriber.add(() => log.push(`first, closed ${subscriber.closed}`));
      subscriber.add({ unsubscribe: () => log.push('second') });
      return () => log.push('third');
    }).subscribe();
    subscription.add(() => log.push('fourth'));
    subscription.unsubscribe();
    expect(log).toEqual(['first, closed true', 'second', 'third', 'fourth']);
  });

  it('should run its finalizers after its observer has been notified of the end', () => {
    const log: string[] = [];
    new Observable((subscriber) => {
      subscriber.add(() => log.push('finalizer'));
      subscriber.complete();
    }).subscribe({ complete: () => log.push('notified') });
    expect(log).toEqual(['notified', 'finalizer']);
  });

  it('should run a finalizer that is added too late at once', () => {
    let ran = false;
    const subscription = NEVER.subscribe();
    subscription.unsubscribe();
    subscription.add(() => (ran = true));
    expect(ran).toBeTrue();
  });

  it('should be passed itself to the source of a plain Observable', () => {
    let outer: unknown;
    let inner: unknown;
    const source = new Observable((subscriber) => {
      inner = subscriber;
    });
    new Observable((subscriber) => {
      outer = subscriber;
      source.subscribe(subscriber);
    }).subscribe();
    expect(inner).toBe(outer);
  });

  // Only for speed: with another subscriber around it, a flight does the same.
  it('should be whatever has the methods of an observer and of a subscription, with no other subscriber around it', () => {
    const flight = new Registry<string, number>().lead('key', () => NEVER, flightSettings('spec', {}));
    let subscriber: unknown;
    new Observable<number>((created) => {
      subscriber = created;
    }).subscribe(flight);
    expect(subscriber).toBe(flight);
  });

  it('should be subscribed to the source even if it is closed already', () => {
    let subscribed = false;
    let subscriber!: Subscriber<unknown>;
    new Observable((created) => {
      subscriber = created;
    })
      .subscribe()
      .unsubscribe();
    new Observable(() => {
      subscribed = true;
    }).subscribe(subscriber);
    expect(subscribed).toBeTrue();
  });

  it('should report what its observer throws, and not throw it to the source', async () => {
    const error = new Error('thrown by a handler');
    const source = new Subject();
    source.subscribe(() => {
      throw error;
    });
    expect(await errorsReportedIn(() => expect(() => source.next(1)).not.toThrow())).toEqual([error]);
  });
});
