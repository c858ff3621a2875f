import { Observable } from 'rxjs';
import { AcrossRegistry } from '../../../src/across/across-registry.js';
import { Network } from './network.js';
import { VirtualTime } from './virtual-time.js';

interface Answer {
  readonly key: number;
  readonly run: number;
}

const keys = 10;

describe('A thousand participants', () => {
  it('answer a hundred thousand calls by one run of a key at a time', async () => {
    const time = new VirtualTime();
    let state = 1;
    const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
    const network = new Network(time, { lease: 600, lost: 0, doubled: 0, delay: 5 }, random);
    const running = new Array<number>(keys).fill(0);
    let runs = 0;
    let most = 0;
    let answered = 0;
    let wrong = 0;
    const run = (key: number, who: number): Observable<Answer> =>
      new Observable((subscriber) => {
        const number = ++runs;
        most = Math.max(most, ++running[key]!);
        subscriber.next({ key, run: number });
        time.after(20, who, () => {
          running[key]!--;
          subscriber.complete();
        });
      });
    const registries = Array.from(
      { length: 1000 },
      (_, who) => new AcrossRegistry<number, Answer>('crowd', { patience: 60_000 }, network.wire(who), time.clock(who)),
    );
    for (const [who, registry] of registries.entries()) {
      // Each at four times, for every key.
      for (let burst = 0; burst < 4; burst++) {
        time.after(Math.floor(random() * 200), who, () => {
          for (let call = 0; call < 25; call++) {
            const key = call % keys;
            registry
              .join(key, () => run(key, who))
              .subscribe({
                next: (answer) => (wrong += answer.key === key ? 0 : 1),
                complete: () => answered++,
              });
          }
        });
      }
    }
    await time.playUntil(20_000);
    expect([answered, wrong, most]).toEqual([100_000, 0, 1]);
    expect(runs).toBeLessThan(2000);
    expect([network.held, network.members, registries.filter(({ size }) => size > 0).length]).toEqual([[], 0, 0]);
  }, 300_000);
});
