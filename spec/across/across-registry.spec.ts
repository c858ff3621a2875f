import { lastValueFrom, Observable, timer } from 'rxjs';
import { coalesced, coalescedAsync, type FlightEvent } from '../../src/index.js';
import { AcrossRegistry } from '../../src/across/across-registry.js';
import type { AcrossConfig } from '../../src/across/across-config.js';
import { MemoryMedium } from '../support/memory-medium.js';

const later = (ms = 20): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('A registry across participants', () => {
  function participants(count: number, config: AcrossConfig = {}) {
    const medium = new MemoryMedium();
    const all = Array.from({ length: count }, () => {
      const wire = medium.wire();
      const registry = new AcrossRegistry<unknown, any>('spec', config, wire);
      const events: FlightEvent<unknown>[] = [];
      registry.events.subscribe((event) => events.push(event));
      return { wire, registry, events, told: () => events.map(({ type }) => type).join(' ') };
    });
    return { medium, all };
  }

  it('runs once for all', async () => {
    const { medium, all } = participants(3);
    let runs = 0;
    const load = all.map(({ registry }) =>
      coalesced(
        (id: number) =>
          timer(30).pipe(
            () =>
              new Observable<string>((s) => {
                runs++;
                const t = setTimeout(() => {
                  s.next(`user ${id}`);
                  s.complete();
                }, 30);
                return () => clearTimeout(t);
              }),
          ),
        { inFlight: registry },
      ),
    );
    const results = await Promise.all(load.flatMap((each) => [lastValueFrom(each(7)), lastValueFrom(each(7))]));
    expect(results).toEqual(Array(6).fill('user 7'));
    expect(runs).toBe(1);
    await later();
    expect(medium.keys.size).toBe(0);
    expect(medium.participants).toBe(0);
    expect(all.map(({ told }) => told()).sort()).toEqual([
      'start join follow complete',
      'start join follow complete',
      'start join lead complete',
    ]);
  });

  it('serves promises', async () => {
    const { medium, all } = participants(2);
    let runs = 0;
    const load = all.map(({ registry }) =>
      coalescedAsync(
        async (id: number, { signal }: { signal?: AbortSignal } = {}) => {
          runs++;
          await later(30);
          return { id, aborted: signal?.aborted };
        },
        { inFlight: registry },
      ),
    );
    const results = await Promise.all([
      load[0]!(1),
      load[1]!(1),
      load[1]!(1, { signal: new AbortController().signal }),
    ]);
    expect(results).toEqual([
      { id: 1, aborted: undefined },
      { id: 1, aborted: undefined },
      { id: 1, aborted: undefined },
    ]);
    expect(runs).toBe(1);
    await later();
    expect(medium.participants).toBe(0);
  });

  it('cancels when the last has left, wherever', async () => {
    const { medium, all } = participants(2);
    let torn = 0;
    const load = all.map(({ registry }) =>
      coalesced(
        () =>
          new Observable<number>((s) => {
            s.next(1);
            return () => torn++;
          }),
        { inFlight: registry },
      ),
    );
    const seen: number[] = [];
    const a = load[0]!().subscribe();
    await later();
    const b = load[1]!().subscribe((v) => seen.push(v));
    await later();
    a.unsubscribe();
    await later();
    expect(torn).toBe(0);
    expect(seen).toEqual([1]);
    b.unsubscribe();
    await later();
    expect(torn).toBe(1);
    expect(medium.keys.size).toBe(0);
    expect(medium.participants).toBe(0);
  });
});
