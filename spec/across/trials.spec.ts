import { lastValueFrom, of, Subject, throwError, timer, map, type Observable, type ObservableInput } from 'rxjs';
import { AcrossRegistry } from '../../src/across/across-registry.js';
import type { Wire } from '../../src/across/wire.js';
import type { FlightEvent } from '../../src/index.js';
import { MemoryMedium } from '../support/memory-medium.js';
import { until } from '../support/until.js';

const patience = 200;
const beat = 20;

/** Each is from a report of a bug in a system that shares runs or locks across processes. */
describe('Trials of flights across participants', () => {
  let medium: MemoryMedium;
  let runs: number;

  beforeEach(() => {
    medium = new MemoryMedium();
    runs = 0;
  });

  /** `change` makes its side of the medium worse. */
  function participant(change: (wire: Wire) => Partial<Wire> = () => ({})) {
    const wire = medium.wire();
    Object.assign(wire, change({ ...wire }));
    const registry = new AcrossRegistry<string, unknown>('spec', { patience }, wire);
    const types: string[] = [];
    registry.events.subscribe(({ type }: FlightEvent<string>) => types.push(type));
    const call = (source: () => ObservableInput<unknown>, key = 'key'): Observable<unknown> =>
      registry.join(key, () => {
        runs++;
        return source();
      });
    return { wire, registry, types, call };
  }

  function collect(source: Observable<unknown>) {
    const log: unknown[] = [];
    const subscription = source.subscribe({
      next: (value) => log.push(value),
      error: (error: unknown) => log.push(error),
      complete: () => log.push('complete'),
    });
    return { log, leave: () => subscription.unsubscribe() };
  }

  async function pass(ms = 0): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
  }

  async function nothingIsLeft(): Promise<void> {
    await until(() => medium.keys.size === 0 && medium.participants === 0);
  }

  it('re-entry from next: polls until it is done, wherever it runs, one run a question (law 6)', async () => {
    const parts = [participant(), participant()];
    const job = (): Observable<number> => {
      const run = runs;
      return timer(60).pipe(map(() => run));
    };
    const answers = parts.map(
      ({ call }) =>
        new Promise((resolve) => {
          const poll = (): void => {
            call(job).subscribe((run) => {
              if (run === 3) {
                resolve(run);
              } else {
                poll();
              }
            });
          };
          poll();
        }),
    );
    expect(await Promise.all(answers)).toEqual([3, 3]);
    expect(runs).toBe(3);
    await nothingIsLeft();
  });

  it('re-entry from complete: is answered by a fresh run, wherever the first one ran (law 6)', async () => {
    const parts = [participant(), participant()];
    const job = (): Observable<string> => {
      const run = runs;
      return timer(60).pipe(map(() => `run ${run}`));
    };
    const again = parts.map(
      ({ call }) =>
        new Promise((resolve) => {
          call(job).subscribe({ complete: () => resolve(lastValueFrom(call(job))) });
        }),
    );
    expect(await Promise.all(again)).toEqual(['run 2', 'run 2']);
    await nothingIsLeft();
  });

  it('a healthy leader that is slower than every time-out is waited for (law 36)', async () => {
    const [one, two] = [participant(() => ({ beat })), participant(() => ({ beat }))];
    const slow = (): Observable<string> => timer(4 * patience).pipe(map(() => 'late'));
    const leader = collect(one.call(slow));
    await until(() => one.types.includes('lead'));
    const follower = collect(two.call(slow));
    await until(() => leader.log.length === 2 && follower.log.length === 2);
    expect([runs, follower.log, two.types]).toEqual([1, ['late', 'complete'], ['start', 'follow', 'complete']]);
    await nothingIsLeft();
  });

  it('a participant that receives nothing disturbs nobody, and keeps nothing alive (law 33)', async () => {
    const [one, two] = [participant(() => ({ beat })), participant(() => ({ beat }))];
    const deaf = participant((wire) => ({ beat, open: (name) => wire.open(name, () => undefined) }));
    const source = new Subject<unknown>();
    const leader = collect(one.call(() => source));
    await until(() => one.types.includes('lead'));
    const follower = collect(two.call(() => source));
    const alone = collect(deaf.call(() => of('apart')));
    await until(() => alone.log.length === 2);
    expect(deaf.types).toContain('apart');
    source.next('value');
    await until(() => follower.log.length === 1);
    leader.leave();
    follower.leave();
    await until(() => !source.observed);
    expect([leader.log, follower.log, alone.log]).toEqual([['value'], ['value'], ['apart', 'complete']]);
    await nothingIsLeft();
  });

  it('calls that arrive while leadership changes are answered by the successor (law 34)', async () => {
    const [one, ...others] = [participant(), participant(), participant(), participant()];
    collect(one.call(() => new Subject()));
    await until(() => one.types.includes('lead'));
    const source = new Subject<unknown>();
    const waiting = collect(others[0].call(() => source));
    await until(() => others[0].types.includes('follow'));
    medium.kill(one.wire.participant);
    const during = others.slice(1).map(({ call }) => collect(call(() => source)));
    await until(() => others.every(({ types }) => types.includes('lead') || types.lastIndexOf('follow') > 0));
    await until(() => source.observed);
    await pass(100);
    source.next('value');
    source.complete();
    const calls = [waiting, ...during];
    await until(() => calls.every(({ log }) => log.includes('complete')));
    expect(calls.map(({ log }) => log)).toEqual(Array(3).fill(['value', 'complete']));
    expect(runs).toBe(2);
  });

  it('a claim that is granted after its time is given back, and its call has run apart (law 36)', async () => {
    let grant: () => void = () => undefined;
    const slow = participant((wire) => ({
      claim: async (key, flight) => {
        await new Promise<void>((resolve) => (grant = resolve));
        return wire.claim(key, flight);
      },
    }));
    const { log } = collect(slow.call(() => of('apart')));
    await until(() => log.length === 2);
    expect(slow.types).toEqual(['start', 'apart', 'complete']);
    grant();
    await until(() => medium.log.includes('claim'));
    await nothingIsLeft();
    expect(runs).toBe(1);
  });

  it('a claim whose reply is lost blocks nobody: its call runs apart, and the key is given back (law 36)', async () => {
    const unlucky = participant((wire) => ({
      claim: async (key, flight) => {
        await wire.claim(key, flight);
        throw new Error('Connection closed');
      },
    }));
    const { log } = collect(unlucky.call(() => of('apart')));
    await until(() => log.length === 2);
    expect(log).toEqual(['apart', 'complete']);
    await nothingIsLeft();
    const next = collect(participant().call(() => of('led')));
    await until(() => next.log.length === 2);
    await nothingIsLeft();
  });

  it('an end that comes before the follower listens is not missed: the follower runs afresh (law 30)', async () => {
    const one = participant();
    const two = participant((wire) => ({ send: (to, message) => void pass(50).then(() => wire.send(to, message)) }));
    const source = new Subject<unknown>();
    collect(one.call(() => source));
    await until(() => one.types.includes('lead'));
    const follower = collect(two.call(() => of('afresh')));
    await until(() => medium.log.filter((asked) => asked === 'claim').length === 2);
    source.next('missed');
    source.complete();
    await until(() => follower.log.length === 2);
    expect([follower.log, runs]).toEqual([['afresh', 'complete'], 2]);
    await nothingIsLeft();
  });

  it('a value and an end that are lost on the way are asked for again (law 31)', async () => {
    let losing = false;
    const one = participant((wire) => ({
      beat,
      send: (to, message) => {
        if (losing) {
          losing = false;
        } else {
          wire.send(to, message);
        }
      },
    }));
    const two = participant(() => ({ beat }));
    const source = new Subject<unknown>();
    collect(one.call(() => source));
    await until(() => one.types.includes('lead'));
    const follower = collect(two.call(() => source));
    await until(() => two.types.includes('follow'));
    for (const value of [1, 2, 3]) {
      losing = value !== 2;
      source.next(value);
      await until(() => follower.log.length === value);
    }
    losing = true;
    source.complete();
    await until(() => follower.log.length === 4);
    expect([follower.log, runs]).toEqual([[1, 2, 3, 'complete'], 1]);
    await nothingIsLeft();
  });

  it('an ask that is overtaken by a later one renumbers no value (law 31)', async () => {
    const held: (() => void)[] = [];
    let holding = false;
    const one = participant(() => ({ beat }));
    const two = participant((wire) => ({
      beat,
      send: (to, message) => {
        if (holding && message[1] === 'ask') {
          held.push(() => wire.send(to, message));
        } else {
          wire.send(to, message);
        }
      },
    }));
    const source = new Subject<unknown>();
    collect(one.call(() => source));
    await until(() => one.types.includes('lead'));
    const follower = collect(two.call(() => source));
    await until(() => two.types.includes('follow'));
    source.next(1);
    await until(() => follower.log.length === 1);
    holding = true;
    await until(() => held.length === 1);
    holding = false;
    source.next(2);
    source.next(3);
    // So the leader knows that the follower has them.
    await pass(5 * beat);
    held[0]?.();
    await pass(5);
    for (const value of [4, 5, 6]) {
      source.next(value);
    }
    source.complete();
    await until(() => follower.log.includes('complete'));
    expect(follower.log).toEqual([1, 2, 3, 4, 5, 6, 'complete']);
    await nothingIsLeft();
  });

  it('a value that cannot be cloned lets the others run apart, and the key is still freed (law 37)', async () => {
    const [one, two] = [participant(), participant()];
    const source = new Subject<unknown>();
    const leader = collect(one.call(() => source));
    await until(() => one.types.includes('lead'));
    const follower = collect(two.call(() => of('apart')));
    await until(() => two.types.includes('follow'));
    const original = (): void => undefined;
    source.next(original);
    source.complete();
    await until(() => leader.log.length === 2 && follower.log.length === 2);
    expect([leader.log, follower.log]).toEqual([
      [original, 'complete'],
      ['apart', 'complete'],
    ]);
    await nothingIsLeft();
  });

  it('an error of the run reaches everyone, and nobody runs again (law 9)', async () => {
    const [one, two] = [participant(), participant()];
    const source = new Subject<unknown>();
    const calls = [collect(one.call(() => source))];
    await until(() => one.types.includes('lead'));
    calls.push(collect(two.call(() => throwError(() => new Error('never runs')))));
    await until(() => two.types.includes('follow'));
    source.error(new RangeError('no such user'));
    await until(() => calls.every(({ log }) => log.length === 1));
    await pass(50);
    expect(calls.map(({ log }) => log)).toEqual(Array(2).fill([new RangeError('no such user')]));
    expect(runs).toBe(1);
    await nothingIsLeft();
  });
});
