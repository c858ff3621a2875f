import { NEVER, Subject, throwError } from 'rxjs';
import { inFlightCalls, type InFlightCalls } from '../../src/index.js';
import type { FlightSeen } from '../../src/timeline/flight-seen.js';
import { FlightsSeen } from '../../src/timeline/flights-seen.js';
import type { WatchedEvent } from '../../src/timeline/index.js';

describe('FlightsSeen', () => {
  let time: number;
  let inFlight: InFlightCalls<string, string>;

  beforeEach(() => {
    time = 0;
    spyOn(performance, 'now').and.callFake(() => time);
    inFlight = inFlightCalls();
  });

  it('should see callers join a flight, and its end', () => {
    const source = new Subject<string>();
    const seen = new FlightsSeen(inFlight, 10);
    const call = inFlight.join('k', () => source);
    call.subscribe();
    time = 10;
    call.subscribe();
    expect(seen.open).toBe(1);
    time = 30;
    source.complete();

    expect(seen.flights).toEqual([
      {
        number: 1,
        key: 'k',
        name: 'k',
        started: 0,
        callers: [
          { name: '', joined: 0 },
          { name: '', joined: 10 },
        ],
        joined: 2,
        waiting: 2,
        guessed: false,
        values: [],
        roles: [],
        ended: 30,
        ending: 'complete',
      },
    ]);
    expect([seen.runs, seen.calls, seen.open]).toEqual([1, 2, 0]);
  });

  it('should see who leaves, and the cancel when the last has left', () => {
    const seen = new FlightsSeen(inFlight, 10);
    const call = inFlight.join('k', () => NEVER);
    const [leader, follower] = [call.subscribe(), call.subscribe()];
    time = 10;
    leader.unsubscribe();
    time = 20;
    follower.unsubscribe();
    expect(seen.flights[0]).toEqual(jasmine.objectContaining({ joined: 2, waiting: 0, ended: 20, ending: 'cancel' }));
  });

  it('should assume that the latest caller leaves, and mark that as a guess', () => {
    const seen = new FlightsSeen(inFlight, 10);
    const call = inFlight.join('k', () => NEVER);
    const leader = call.subscribe();
    time = 5;
    call.subscribe();
    time = 10;
    leader.unsubscribe();
    expect(callers(seen.flights)).toEqual([' 0', ' 5-10']);
    expect(seen.flights[0]?.guessed).toBeTrue();
  });

  it('should know by its name who leaves, if events name the caller', () => {
    const events = new Subject<WatchedEvent>();
    const seen = new FlightsSeen({ events }, 10);
    events.next({ type: 'start', key: 'k', flight: 1, callers: 1, caller: 'Ada' });
    events.next({ type: 'join', key: 'k', flight: 1, callers: 2, caller: 'Ben' });
    time = 10;
    events.next({ type: 'leave', key: 'k', flight: 1, callers: 1, caller: 'Ada' });
    expect(callers(seen.flights)).toEqual(['Ada 0-10', 'Ben 0']);
    expect(seen.flights[0]?.guessed).toBeFalse();
  });

  it('should mark values, if there are events of them', () => {
    const events = new Subject<WatchedEvent>();
    const seen = new FlightsSeen({ events }, 10);
    events.next({ type: 'start', key: 'k', flight: 1, callers: 1 });
    time = 20;
    events.next({ type: 'value', key: 'k', flight: 1 });
    expect(seen.flights[0]).toEqual(jasmine.objectContaining({ values: [20], waiting: 1 }));
  });

  it('should distinguish a forgotten flight from its successor', () => {
    const seen = new FlightsSeen(inFlight, 10);
    const call = inFlight.join('k', () => NEVER);
    call.subscribe();
    time = 10;
    inFlight.forget('k');
    time = 20;
    call.subscribe();
    expect(seen.flights.map(({ number, forgotten }) => [number, forgotten])).toEqual([
      [1, 10],
      [2, undefined],
    ]);
    expect([seen.runs, seen.calls]).toEqual([2, 2]);
  });

  it('should keep the text of the error of an error or an abort', () => {
    const seen = new FlightsSeen(inFlight, 10);
    inFlight.join('failing', () => throwError(() => new RangeError('boom'))).subscribe({ error: () => {} });
    inFlight.join('aborted', () => NEVER).subscribe({ error: () => {} });
    inFlight.abort('aborted', 'enough');
    expect(seen.flights.map(({ key, ending, error, waiting }) => [key, ending, error, waiting])).toEqual([
      ['failing', 'error', 'RangeError: boom', 1],
      ['aborted', 'abort', 'enough', 1],
    ]);
  });

  it('should see where a flight runs, and that it was taken over', () => {
    const events = new Subject<WatchedEvent>();
    const seen = new FlightsSeen({ events }, 10);
    events.next({ type: 'start', key: 'k', flight: 1, callers: 1 });
    time = 5;
    events.next({ type: 'follow', key: 'k', flight: 1, callers: 1, leader: 'tab-1' });
    expect([seen.calls, seen.runs]).toEqual([1, 0]);
    time = 10;
    events.next({ type: 'lead', key: 'k', flight: 1, callers: 1 });
    time = 15;
    events.next({ type: 'apart', key: 'k', flight: 1, callers: 1, error: new Error('away') });
    expect(seen.flights[0]?.roles).toEqual([
      { at: 5, type: 'follow', detail: 'tab-1' },
      { at: 10, type: 'lead', detail: '' },
      { at: 15, type: 'apart', detail: 'Error: away' },
    ]);
    expect([seen.calls, seen.runs, seen.open]).toEqual([1, 1, 1]);
  });

  it('should not count the runs of others, nor those that started earlier', () => {
    const events = new Subject<WatchedEvent>();
    const seen = new FlightsSeen({ events, keys: () => ['before'] }, 10);
    for (const leader of ['tab-1', 'tab-2']) {
      events.next({ type: 'follow', key: 'before', flight: 1, callers: 1, leader });
    }
    events.next({ type: 'start', key: 'k', flight: 2, callers: 1 });
    for (const leader of ['tab-1', 'tab-2']) {
      events.next({ type: 'follow', key: 'k', flight: 2, callers: 1, leader });
    }
    expect([seen.calls, seen.runs]).toEqual([1, 0]);
  });

  it('should see what was already in flight, without knowing since when', () => {
    const call = inFlight.join('k', () => NEVER);
    call.subscribe();
    call.subscribe();
    const seen = new FlightsSeen(inFlight, 10);
    expect(seen.flights.map(({ number, key, waiting }) => [number, key, waiting])).toEqual([[undefined, 'k', 2]]);
    time = 10;
    call.subscribe();
    expect(callers(seen.flights)).toEqual([' -Infinity', ' -Infinity', ' 10']);
    expect(seen.flights[0]).toEqual(jasmine.objectContaining({ number: 1, started: -Infinity }));
    expect([seen.runs, seen.calls, seen.open]).toEqual([0, 1, 1]);
  });

  it('should show a flight that started earlier from its next event on, if the keys are not known', () => {
    const call = inFlight.join('k', () => NEVER);
    call.subscribe();
    call.subscribe();
    const { events } = inFlight;
    const seen = new FlightsSeen({ events }, 10);
    expect(seen.flights).toEqual([]);
    time = 10;
    call.subscribe().unsubscribe();
    expect(callers(seen.flights)).toEqual([' -Infinity', ' -Infinity', ' 10-10']);
  });

  it('should count a caller that leaves first among the callers that were there before', () => {
    const events = new Subject<WatchedEvent>();
    const seen = new FlightsSeen({ events }, 10);
    time = 10;
    events.next({ type: 'leave', key: 'k', flight: 7, callers: 1 });
    expect(callers(seen.flights)).toEqual([' -Infinity', ' -Infinity-10']);
    expect(seen.flights[0]).toEqual(jasmine.objectContaining({ joined: 2, waiting: 1, guessed: true }));
  });

  it('should know again who waits when all unknown callers have left', () => {
    const seen = new FlightsSeen(inFlight, 10);
    const call = inFlight.join('k', () => NEVER, { resetOnRefCountZero: false });
    for (const each of [call.subscribe(), call.subscribe()]) each.unsubscribe();
    call.subscribe();
    expect(seen.flights[0]).toEqual(jasmine.objectContaining({ waiting: 1, guessed: false }));
  });

  it('should treat the start of a key as the end of its earlier flight, if no event has reported that end', () => {
    const events = new Subject<WatchedEvent>();
    const seen = new FlightsSeen({ events, keys: () => ['k'] }, 10);
    events.next({ type: 'start', key: 'k', flight: 7, callers: 1 });
    expect([seen.open, seen.flights.map(({ number }) => number)]).toEqual([1, [7]]);
  });

  it('should take only the first end of a flight', () => {
    const events = new Subject<WatchedEvent>();
    const seen = new FlightsSeen({ events }, 10);
    events.next({ type: 'start', key: 'k', flight: 7, callers: 1 });
    for (const type of ['complete', 'cancel'] as const) events.next({ type, key: 'k', flight: 7, callers: 1 });
    expect([seen.open, seen.flights[0]?.ending]).toEqual([0, 'complete']);
  });

  it('should remember a limited number of flights that have ended, and all that have not', () => {
    const seen = new FlightsSeen(inFlight, 1);
    for (const key of ['a', 'b', 'c']) inFlight.join(key, () => NEVER).subscribe({ error: () => {} });
    expect(seen.flights.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    inFlight.abort('b');
    inFlight.abort('a');
    inFlight.join('d', () => NEVER).subscribe();
    expect(seen.flights.map(({ key }) => key)).toEqual(['a', 'c', 'd']);
  });

  it('should remember no more of a flight that never ends than of others', () => {
    const events = new Subject<WatchedEvent>();
    const seen = new FlightsSeen({ events }, 10);
    const event = { key: 'k', flight: 1 };
    events.next({ type: 'start', ...event, callers: 1, caller: 'first' });
    for (let each = 0; each < 5000; each++) {
      events.next({ type: 'join', ...event, callers: 2 });
      events.next({ type: 'value', ...event });
      events.next({ type: 'lead', ...event, callers: 2 });
      events.next({ type: 'leave', ...event, callers: 1 });
    }
    const [flight] = seen.flights;
    expect([flight?.joined, flight?.waiting]).toEqual([5001, 1]);
    expect(flight?.callers[0]?.name).toBe('first');
    expect([flight?.callers.length, flight?.values.length, flight?.roles.length]).toEqual([1000, 100, 10]);
  });

  it('should do no more work for a high number', () => {
    const events = new Subject<WatchedEvent>();
    const seen = new FlightsSeen({ events }, 10);
    events.next({ type: 'start', key: 'k', flight: 1, callers: 1e15 });
    expect([seen.flights[0]?.waiting, seen.flights[0]?.callers.length]).toEqual([1e15, 1000]);
    events.next({ type: 'cancel', key: 'k', flight: 1, callers: 0 });
    expect(seen.flights[0]?.ending).toBe('cancel');
  });

  it('should remember a bounded number of flights whose ends are lost on the way', () => {
    const events = new Subject<WatchedEvent>();
    const seen = new FlightsSeen({ events }, 10);
    for (let flight = 1; flight <= 10_100; flight++) {
      events.next({ type: 'start', key: flight, flight, callers: 1 });
    }
    expect([seen.flights.length, seen.open, seen.flights[0]?.number]).toEqual([10_000, 10_000, 101]);
  });

  it('should treat a number that starts again as another flight', () => {
    const events = new Subject<WatchedEvent>();
    const seen = new FlightsSeen({ events }, 10);
    events.next({ type: 'start', key: 'a', flight: 1, callers: 1 });
    events.next({ type: 'start', key: 'b', flight: 1, callers: 1 });
    expect([seen.open, seen.flights.map(({ key }) => key)]).toEqual([1, ['b']]);
  });

  for (const end of ['error', 'complete'] as const) {
    it(`should mark flights as lost when events end: ${end}`, () => {
      inFlight.join('before', () => NEVER).subscribe();
      const events = new Subject<WatchedEvent>();
      let changes = 0;
      const seen = new FlightsSeen({ events, keys: () => inFlight.keys() }, 10, () => (changes += 1));
      events.next({ type: 'start', key: 'k', flight: 7, callers: 1 });
      time = 30;
      events[end](undefined);
      expect(seen.flights.map(({ key, ending, ended }) => [key, ending, ended])).toEqual([
        ['before', 'lost', 30],
        ['k', 'lost', 30],
      ]);
      expect([seen.open, changes]).toEqual([0, 2]);
    });
  }

  it('should notify of changes until it stops, and unsubscribe then', () => {
    let changes = 0;
    const seen = new FlightsSeen(inFlight, 10, () => (changes += 1));
    const call = inFlight.join('k', () => NEVER);
    call.subscribe();
    expect(changes).toBe(1);
    seen.stop();
    call.subscribe();
    expect([changes, seen.calls]).toEqual([1, 1]);
  });
});

function callers(flights: readonly FlightSeen[]): string[] {
  return flights.flatMap(({ callers }) =>
    callers.map(({ name, joined, left }) => `${name} ${joined}${left === undefined ? '' : `-${left}`}`),
  );
}
