import { NEVER, Subject, throwError } from 'rxjs';
import { coalescedAsync, inFlightCalls, type InFlightCalls } from '../../src/index.js';
import { describeFlights, type WatchedEvent, type WatchedRegistries } from '../../src/timeline/index.js';
import { expectCollected } from '../support/collected.js';

describe('describeFlights', () => {
  let time: number;
  let inFlight: InFlightCalls<unknown, string>;

  beforeEach(() => {
    time = 0;
    spyOn(performance, 'now').and.callFake(() => time);
    inFlight = inFlightCalls();
  });

  it('should describe for how long flights are under way and callers wait, from its first call on', () => {
    expect(describeFlights(inFlight)).toBe('nothing in flight');
    const call = inFlight.join({ page: 1 }, () => NEVER);
    call.subscribe();
    time = 400;
    inFlight.join('tea', () => NEVER).subscribe();
    expect(describeFlights(inFlight)).toBe(
      '2 in flight\n  {"page":1}: flight 1, for 400 ms, 1 caller (400 ms)\n  tea: flight 2, for 0 ms, 1 caller (0 ms)',
    );
  });

  it('should show which flight is older', () => {
    const call = inFlight.join('old', () => NEVER);
    call.subscribe();
    call.subscribe();
    expect(describeFlights(inFlight)).toBe('1 in flight\n  old: since before this was watched, 2 callers');
    time = 1500;
    call.subscribe();
    time = 62_000;
    expect(describeFlights(inFlight)).toBe(
      '1 in flight\n  old: flight 1, since before this was watched, 3 callers (?, ?, 1 min)',
    );
  });

  it('should describe how many have left if it cannot know who', () => {
    describeFlights(inFlight);
    const call = inFlight.join('k', () => NEVER);
    const leader = call.subscribe();
    time = 1000;
    call.subscribe();
    leader.unsubscribe();
    expect(describeFlights(inFlight)).toBe('1 in flight\n  k: flight 1, for 1.0 s, 1 caller (1 left)');
  });

  it('should name who waits, if events name the callers', () => {
    const events = new Subject<WatchedEvent>();
    describeFlights({ events });
    events.next({ type: 'start', key: 'k', flight: 1, callers: 1, caller: 'GET /a' });
    time = 1200;
    events.next({ type: 'join', key: 'k', flight: 1, callers: 2, caller: 'GET /b' });
    expect(describeFlights({ events })).toBe(
      '1 in flight\n  k: flight 1, for 1.2 s, 2 callers (GET /a 1.2 s, GET /b 0 ms)',
    );
  });

  it('should describe where a flight runs', () => {
    const events = new Subject<WatchedEvent>();
    describeFlights({ events });
    const start = { type: 'start', callers: 1 } as const;
    for (const [index, key] of ['lead', 'follow', 'apart'].entries()) events.next({ ...start, key, flight: index + 1 });
    events.next({ type: 'lead', key: 'lead', flight: 1, callers: 1 });
    events.next({ type: 'follow', key: 'follow', flight: 2, callers: 1, leader: 'b7' });
    events.next({ type: 'apart', key: 'apart', flight: 3, callers: 1, error: new Error('away') });
    expect(describeFlights({ events }).split('\n').slice(1)).toEqual([
      '  lead: flight 1, for 0 ms, led here, 1 caller (0 ms)',
      '  follow: flight 2, for 0 ms, follows b7, 1 caller (0 ms)',
      '  apart: flight 3, for 0 ms, apart: Error: away, 1 caller (0 ms)',
    ]);
  });

  it('should distinguish a forgotten flight from its successor, also if it started earlier', () => {
    const call = inFlight.join('k', () => NEVER);
    call.subscribe();
    inFlight.forget('k');
    const second = new Subject<string>();
    inFlight.join('k', () => second).subscribe();
    expect(describeFlights(inFlight)).toContain('1 in flight');
    inFlight.forget('k');
    call.subscribe();
    expect(describeFlights(inFlight).split('\n').slice(1)).toEqual([
      '  k: flight 2, since before this was watched, forgotten, 1 caller',
      '  k: flight 3, for 0 ms, 1 caller (0 ms)',
    ]);
  });

  it('should not lose a flight when a forgotten flight of its key ends', () => {
    const first = new Subject<string>();
    inFlight.join('k', () => first).subscribe();
    inFlight.forget('k');
    inFlight.join('k', () => NEVER).subscribe();
    describeFlights(inFlight);
    first.complete();
    expect(describeFlights(inFlight)).toBe('1 in flight\n  k: since before this was watched, 1 caller');
  });

  it('should name several registries', () => {
    const users = coalescedAsync((id: number) => new Promise<number>(() => id));
    describeFlights({ users: users.inFlight, orders: inFlight });
    void users(7);
    expect(describeFlights({ users: users.inFlight, orders: inFlight })).toBe(
      'users: 1 in flight\n  7: flight 1, for 0 ms, 1 caller (0 ms)\norders: nothing in flight',
    );
    expect(describeFlights([users.inFlight, inFlight])).toBe(
      '1 in flight\n  7: flight 1, for 0 ms, 1 caller (0 ms)\nnothing in flight',
    );
  });

  it('should distinguish a number from the string of its digits', () => {
    describeFlights(inFlight);
    for (const key of [1, '1']) inFlight.join(key, () => NEVER).subscribe();
    expect(describeFlights(inFlight).split('\n').slice(1)).toEqual([
      '  1: flight 1, for 0 ms, 1 caller (0 ms)',
      '  "1": flight 2, for 0 ms, 1 caller (0 ms)',
    ]);
  });

  it('should print hostile keys on one line, without control characters', () => {
    describeFlights(inFlight);
    inFlight.join('a\nflight 2\x1b[2J\u202e', () => NEVER).subscribe();
    expect(describeFlights({ '\x1b[31m': inFlight }).split('\n')).toEqual([
      '\\u{1b}[31m: 1 in flight',
      '  a\\u{a}flight 2\\u{1b}[2J\\u{202e}: flight 1, for 0 ms, 1 caller (0 ms)',
    ]);
  });

  it('should remember nothing of what has ended', async () => {
    describeFlights(inFlight);
    const fail = (key: object): WeakRef<object> => {
      inFlight.join(key, () => throwError(() => 'no')).subscribe({ error: () => {} });
      return new WeakRef(key);
    };
    const reference = fail({});
    expect(describeFlights(inFlight)).toBe('nothing in flight');
    await expectCollected(reference);
  });

  it('should not keep a registry alive', async () => {
    const described = (registry: InFlightCalls<string, string>): WeakRef<object> => {
      describeFlights(registry);
      registry.join('k', () => NEVER).subscribe();
      return new WeakRef(registry);
    };
    await expectCollected(described(inFlightCalls()));
  });

  it('should listen once, however often it is called', () => {
    const events = new Subject<WatchedEvent>();
    const subscribe = spyOn(events, 'subscribe').and.callThrough();
    for (let call = 0; call < 3; call++) describeFlights({ events });
    expect(subscribe).toHaveBeenCalledTimes(1);
  });

  for (const wrong of [undefined, null, 7, 'users']) {
    it(`should refuse anything but a registry: ${String(wrong)}`, () => {
      const expected = 'to be a registry, or an object with its events, got';
      const refuses = (registries: unknown, name: string): void => {
        const message = new RegExp(`describeFlights: expected "${name}" ${expected} .*${String(wrong)}`);
        expect(() => describeFlights(registries as WatchedRegistries)).toThrowError(TypeError, message);
      };
      refuses(wrong, 'registries');
      refuses([inFlight, wrong], 'registries');
      refuses({ users: wrong }, 'users');
    });
  }
});
