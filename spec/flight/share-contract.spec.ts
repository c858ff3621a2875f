import {
  NEVER,
  Observable,
  share,
  Subject,
  type ShareConfig,
  type SubjectLike,
  type Subscriber,
  type Unsubscribable,
} from 'rxjs';
import { errorsReportedIn } from '../support/errors-reported.js';
import { Log } from '../support/log.js';

// What flight.ts and linger.ts rely on in RxJS 7, the oldest and the newest: should one of these fail, look there first.

/** A connector that says what share() does with it. */
function connectorWith(log: Log, subscribed: (subscriber: unknown) => void = () => {}): SubjectLike<unknown> {
  const subject = new Subject();
  return {
    next: (value) => {
      log.add(`connector next ${String(value)}`);
      subject.next(value);
    },
    error: (error) => {
      log.add(`connector error ${String(error)}`);
      subject.error(error);
    },
    complete: () => {
      log.add('connector complete');
      subject.complete();
    },
    subscribe: (subscriber): Unsubscribable => {
      subscribed(subscriber);
      return subject.subscribe(subscriber as Subscriber<unknown>);
    },
  };
}

describe('RxJS: share()', () => {
  let log: Log;
  /** The subscriber to the source. */
  let connection: Subscriber<unknown>;

  beforeEach(() => {
    log = new Log();
  });

  function shared(config: ShareConfig<unknown> = {}): Observable<unknown> {
    return share<unknown>({
      connector: () => {
        log.add('connector made');
        return connectorWith(log);
      },
      resetOnComplete: false,
      resetOnError: false,
      ...config,
    })(
      new Observable((subscriber) => {
        log.add('connect');
        connection = subscriber;
        return () => log.add('teardown');
      }),
    );
  }

  it('should pass its subscriber on to the connector unchanged, and connect after that', () => {
    let subscriber!: Subscriber<unknown>;
    new Observable((created) => {
      subscriber = created;
    }).subscribe();
    const told: unknown[] = [];
    const source = share<unknown>({
      connector: () =>
        connectorWith(log, (observer) => {
          told.push(observer === subscriber, log.take());
        }),
    })(new Observable(() => log.add('connect')));
    source.subscribe(subscriber);
    expect(told).toEqual([true, []]);
    expect(log.take()).toEqual(['connect']);
  });

  it('should make one connector and connect once for all subscribers', () => {
    const source = shared();
    source.subscribe();
    source.subscribe();
    expect(log.take()).toEqual(['connector made', 'connect']);
  });

  it('should let a subscription that is made while it connects share the connection', () => {
    let made = 0;
    const source: Observable<unknown> = share()(
      new Observable(() => {
        if (++made === 1) {
          source.subscribe();
        }
      }),
    );
    source.subscribe();
    expect(made).toBe(1);
  });

  it('should connect for the inner one where the connector subscribes again', () => {
    const source: Observable<unknown> = share<unknown>({
      connector: () =>
        connectorWith(log, () => {
          if (log.take().length === 0) {
            log.add('subscribing again');
            source.subscribe();
            log.add('subscribed again');
          }
        }),
    })(new Observable(() => log.add('connect')));
    source.subscribe();
    expect(log.take()).toEqual(['connect', 'subscribed again']);
  });

  it('should not connect for a subscriber that leaves as it is handed to the connector', () => {
    let subscriber!: Subscriber<unknown>;
    new Observable((created) => {
      subscriber = created;
    }).subscribe();
    const source = share<unknown>({
      connector: () =>
        connectorWith(log, () => {
          subscriber.unsubscribe();
        }),
    })(new Observable(() => log.add('connect')));
    source.subscribe(subscriber);
    expect(log.take()).toEqual([]);
  });

  it('should know the connection before the source runs, so that leaving stops a firehose', () => {
    let emitted = 0;
    const source = share<number>()(
      new Observable((subscriber) => {
        while (!subscriber.closed && emitted < 100) {
          subscriber.next(++emitted);
        }
      }),
    );
    let subscriber!: Subscriber<number>;
    new Observable<number>((created) => {
      subscriber = created;
    }).subscribe((value) => {
      if (value === 3) {
        subscriber.unsubscribe();
      }
    });
    source.subscribe(subscriber);
    expect(emitted).toBe(3);
  });

  for (const end of ['complete', 'error'] as const) {
    it(`should tell the connector of the end, then tear down the source: ${end}`, () => {
      shared().subscribe({ complete: () => log.add('heard'), error: () => log.add('heard') });
      log.take();
      connection[end]('e');
      expect(log.take()).toEqual([`connector ${end}${end === 'error' ? ' e' : ''}`, 'heard', 'teardown']);
    });

    it(`should drop a pending notifier before it tells the connector of the end: ${end}`, () => {
      const notifier = new Observable(() => () => log.add('notifier dropped'));
      shared({ resetOnRefCountZero: () => notifier })
        .subscribe()
        .unsubscribe();
      log.take();
      connection[end]('e');
      expect(log.take().slice(0, 2)).toEqual(['notifier dropped', `connector ${end}${end === 'error' ? ' e' : ''}`]);
    });

    it(`should make no notifier for those who leave because of the end: ${end}`, () => {
      let made = 0;
      shared({ resetOnRefCountZero: () => (made++, NEVER) }).subscribe({ error: () => {} });
      connection[end]('e');
      expect(made).toBe(0);
    });

    it(`should make a notifier after the end if it resets on it, a stray timer: ${end}`, () => {
      let made = 0;
      shared({
        resetOnComplete: true,
        resetOnError: true,
        resetOnRefCountZero: () => (made++, NEVER),
      }).subscribe({ error: () => {} });
      connection[end]('e');
      expect(made).toBe(1);
    });
  }

  it('should ignore what comes after an end', () => {
    shared().subscribe({ error: () => {} });
    log.take();
    connection.error('e');
    // eslint-disable-next-line rxjs-x/no-redundant-notify -- that is what it is about
    connection.next(1);
    connection.complete();
    expect(log.take()).toEqual(['connector error e', 'teardown']);
  });

  it('should tear down the source synchronously when the last subscriber leaves', () => {
    const source = shared();
    const first = source.subscribe();
    const second = source.subscribe();
    log.take();
    first.unsubscribe();
    log.add('first left');
    second.unsubscribe();
    log.add('second left');
    expect(log.take()).toEqual(['first left', 'teardown', 'second left']);
  });

  it('should make a new connection for who comes from that teardown', () => {
    const source: Observable<unknown> = share()(
      new Observable(() => {
        log.add('connect');
        return () => {
          log.add('teardown');
          if (log.take().length < 3) {
            log.add('again');
            source.subscribe();
          }
        };
      }),
    );
    source.subscribe().unsubscribe();
    expect(log.take()).toEqual(['again', 'connect']);
  });

  it('should keep the source if it is not to reset', () => {
    const source = shared({ resetOnRefCountZero: false });
    source.subscribe().unsubscribe();
    source.subscribe();
    expect(log.take()).toEqual(['connector made', 'connect']);
  });

  describe('with a notifier', () => {
    it('should make it when the last leaves, and reset by its first value', () => {
      const notifier = new Subject();
      const first = shared({ resetOnRefCountZero: () => (log.add('notifier made'), notifier) }).subscribe();
      first.unsubscribe();
      expect(log.take()).toEqual(['connector made', 'connect', 'notifier made']);
      notifier.next(1);
      expect(log.take()).toEqual(['teardown']);
      expect(notifier.observed).toBeFalse();
    });

    it('should unsubscribe from it before it tears down the source', () => {
      let fire!: Subscriber<unknown>;
      const notifier = new Observable((subscriber) => {
        fire = subscriber;
        return () => log.add('notifier dropped');
      });
      shared({ resetOnRefCountZero: () => notifier })
        .subscribe()
        .unsubscribe();
      log.take();
      fire.next(1);
      expect(log.take()).toEqual(['notifier dropped', 'teardown']);
    });

    it('should drop it for a newcomer before the connector hears of the newcomer', () => {
      const notifier = new Observable(() => () => log.add('notifier dropped'));
      const source = share<unknown>({
        connector: () =>
          connectorWith(log, () => {
            log.add('subscribed');
          }),
        resetOnRefCountZero: () => notifier,
      })(NEVER);
      source.subscribe().unsubscribe();
      log.take();
      source.subscribe();
      expect(log.take()).toEqual(['notifier dropped', 'subscribed']);
    });

    it('should count the newcomer before it drops the notifier', () => {
      let made = 0;
      let inner: Unsubscribable | undefined;
      const source: Observable<unknown> = shared({
        resetOnRefCountZero: () => {
          made++;
          return new Observable(() => () => {
            inner ??= source.subscribe();
            inner.unsubscribe();
          });
        },
      });
      source.subscribe().unsubscribe();
      source.subscribe();
      expect(made).toBe(1);
      expect(log.take()).toEqual(['connector made', 'connect']);
    });

    it('should never reset by one that completes without a value', () => {
      const notifier = new Subject();
      shared({ resetOnRefCountZero: () => notifier })
        .subscribe()
        .unsubscribe();
      log.take();
      notifier.complete();
      expect(log.take()).toEqual([]);
    });

    it('should never reset by one that errors, and report that', async () => {
      const notifier = new Subject();
      shared({ resetOnRefCountZero: () => notifier })
        .subscribe()
        .unsubscribe();
      log.take();
      expect(await errorsReportedIn(() => notifier.error('e'))).toEqual(['e']);
      expect(log.take()).toEqual([]);
    });

    it('should let what its factory throws reach whoever leaves', () => {
      const last = shared({
        resetOnRefCountZero: () => {
          throw new Error('no notifier');
        },
      }).subscribe();
      expect(() => last.unsubscribe()).toThrowError(/no notifier/);
    });
  });
});

describe('RxJS: a subscriber', () => {
  it('should run its finalizers in the order in which they were added, its own state closed before', () => {
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

  it('should run its finalizers after its observer has heard the end', () => {
    const log: string[] = [];
    new Observable((subscriber) => {
      subscriber.add(() => log.push('finalizer'));
      subscriber.complete();
    }).subscribe({ complete: () => log.push('heard') });
    expect(log).toEqual(['heard', 'finalizer']);
  });

  it('should run a finalizer at once that is added too late', () => {
    let ran = false;
    const subscription = NEVER.subscribe();
    subscription.unsubscribe();
    subscription.add(() => (ran = true));
    expect(ran).toBeTrue();
  });

  it('should be the one that the source of a plain Observable is given', () => {
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

  it('should report what its observer throws, and not let it reach the source', async () => {
    const error = new Error('thrown by a handler');
    const source = new Subject();
    source.subscribe(() => {
      throw error;
    });
    expect(await errorsReportedIn(() => expect(() => source.next(1)).not.toThrow())).toEqual([error]);
  });
});
