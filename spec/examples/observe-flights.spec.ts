import { NEVER, Subject, throwError } from 'rxjs';
import { observeFlights, type FlightSeen } from '../../examples/timeline/observe-flights.js';
import { inFlightCalls, type InFlightCalls } from '../../src/index.js';

describe('examples/timeline observeFlights', () => {
  let time: number;
  let inFlight: InFlightCalls<string, string>;
  const now = (): number => time;

  beforeEach(() => {
    time = 0;
    inFlight = inFlightCalls();
  });

  it('should see callers join a flight, its values and its end', () => {
    const source = new Subject<string>();
    const seen = observeFlights(inFlight, { now });
    const call = inFlight.join('k', () => seen.values(source));
    call.pipe(seen.caller('Ada')).subscribe();
    time = 10;
    call.pipe(seen.caller('Ben')).subscribe();
    expect(seen.busy).toBeTrue();
    time = 20;
    source.next('x');
    time = 30;
    source.complete();

    expect(seen.flights).toEqual([
      {
        number: 1,
        key: 'k',
        started: 0,
        callers: [
          { name: 'Ada', joined: 0 },
          { name: 'Ben', joined: 10 },
        ],
        waiting: 2,
        values: [20],
        ended: 30,
        ending: 'complete',
      },
    ]);
    expect([seen.runs, seen.calls, seen.busy]).toEqual([1, 2, false]);
  });

  it('should see who leaves, and the cancel when the last has left', () => {
    const seen = observeFlights(inFlight, { now });
    const call = inFlight.join('k', () => NEVER);
    const [leader, follower] = ['Ada', 'Ben'].map((name) => call.pipe(seen.caller(name)).subscribe());
    time = 10;
    leader!.unsubscribe();
    expect(callers(seen.flights)).toEqual(['Ada 0-10', 'Ben 0']);
    time = 20;
    follower!.unsubscribe();
    expect(callers(seen.flights)).toEqual(['Ada 0-10', 'Ben 0-20']);
    expect(seen.flights[0]).toEqual(jasmine.objectContaining({ waiting: 0, ended: 20, ending: 'cancel' }));
  });

  it('should take the latest caller for the one that leaves, if nobody says who it is', () => {
    const seen = observeFlights(inFlight, { now });
    const call = inFlight.join('k', () => NEVER);
    const leader = call.subscribe();
    time = 5;
    call.subscribe();
    time = 10;
    leader.unsubscribe();
    expect(callers(seen.flights)).toEqual([' 0', ' 5-10']);
  });

  it('should tell a forgotten flight from its successor', () => {
    const seen = observeFlights(inFlight, { now });
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

  it('should keep what an error or an abort came with', () => {
    const seen = observeFlights(inFlight, { now });
    inFlight.join('failing', () => throwError(() => 'boom')).subscribe({ error: () => undefined });
    inFlight.join('aborted', () => NEVER).subscribe({ error: () => undefined });
    inFlight.abort('aborted', 'enough');
    expect(seen.flights.map(({ key, ending, error, waiting }) => [key, ending, error, waiting])).toEqual([
      ['failing', 'error', 'boom', 1],
      ['aborted', 'abort', 'enough', 1],
    ]);
  });

  it('should take over a flight that was under way before', () => {
    const call = inFlight.join('k', () => NEVER);
    call.subscribe();
    call.subscribe();
    const seen = observeFlights(inFlight, { now });
    time = 10;
    call.subscribe();
    expect(callers(seen.flights)).toEqual([' 10', ' 10', ' 10']);
    expect([seen.runs, seen.calls]).toEqual([0, 1]);
  });

  it('should remember only the latest flights, and all that have not ended', () => {
    const seen = observeFlights(inFlight, { now, keep: 2 });
    for (const key of ['a', 'b', 'c']) inFlight.join(key, () => NEVER).subscribe({ error: () => undefined });
    expect(seen.flights.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    inFlight.abort('b');
    inFlight.join('d', () => NEVER).subscribe();
    expect(seen.flights.map(({ key }) => key)).toEqual(['a', 'c', 'd']);
  });

  it('should tell of changes until it stops, and listen no longer', () => {
    const seen = observeFlights(inFlight, { now });
    let changes = 0;
    seen.changes.subscribe(() => (changes += 1));
    const call = inFlight.join('k', () => NEVER);
    call.subscribe();
    expect(changes).toBe(1);
    seen.stop();
    call.subscribe();
    expect(changes).toBe(1);
    expect(seen.calls).toBe(1);
  });
});

function callers(flights: readonly FlightSeen[]): string[] {
  return flights.flatMap(({ callers }) =>
    callers.map(({ name, joined, left }) => `${name} ${joined}${left === undefined ? '' : `-${left}`}`),
  );
}
