import type { Observable, Subject } from 'rxjs';
import type * as Fixtures from './decorated.js';
import { expectCollected } from './collected.js';
import { Log } from './log.js';

/** Specifies the decorators, on classes that were compiled under one of the two protocols. */
export function describeDecorators(protocol: string, load: () => Promise<typeof Fixtures>): void {
  describe(`decorated methods (${protocol})`, () => {
    let fixtures: typeof Fixtures;
    let log: Log;

    beforeAll(async () => {
      fixtures = await load();
    });

    beforeEach(() => {
      fixtures.runs.length = 0;
      log = new Log();
    });

    afterEach(() => {
      // A class keeps the flights of its static methods, and stryker runs the specs in one process again and again.
      for (const { source } of fixtures.runs) {
        source.complete();
      }
    });

    function ran(): string[] {
      return fixtures.runs.map(({ what }) => what);
    }

    function source(index: number): Subject<string> {
      return fixtures.runs[index]!.source;
    }

    function subscribe(...calls: Observable<string>[]): void {
      calls.forEach((call, index) => call.subscribe(log.observer(String(index + 1))));
    }

    describe('@Coalesce()', () => {
      it('should share one run between equal calls that overlap', () => {
        const service = new fixtures.Service();
        subscribe(service.load(7), service.load(7), service.load(8));
        expect(ran()).toEqual(['load 7', 'load 8']);
        source(0).next('x');
        source(0).complete();
        expect(log.take()).toEqual(['1 x', '2 x', '1 complete', '2 complete']);
        subscribe(service.load(7));
        expect(ran()).toEqual(['load 7', 'load 8', 'load 7']);
      });

      it('should do nothing before a result is subscribed', () => {
        const held = new fixtures.Service().load(7);
        expect(ran()).toEqual([]);
        subscribe(held, held);
        expect(ran()).toEqual(['load 7']);
        source(0).complete();
        subscribe(held);
        expect(ran()).toEqual(['load 7', 'load 7']);
      });

      it('should cancel the run when the last caller leaves', () => {
        const service = new fixtures.Service();
        const leader = service.load(7).subscribe();
        const follower = service.load(7).subscribe();
        leader.unsubscribe();
        expect(source(0).observed).toBeTrue();
        follower.unsubscribe();
        expect(source(0).observed).toBeFalse();
      });

      it('should pass its configuration on', () => {
        const service = new fixtures.Service();
        service.lasting(7).subscribe().unsubscribe();
        expect(source(0).observed).toBeTrue();
        subscribe(service.lasting(7));
        expect(ran()).toEqual(['lasting 7']);
      });

      it('should share nothing between methods or between instances', () => {
        const [one, two] = [new fixtures.Service(), new fixtures.Service()];
        subscribe(one.load(7), one.other(7), two.load(7));
        expect(fixtures.runs.map(({ what, self }) => [what, self])).toEqual([
          ['load 7', one],
          ['other 7', one],
          ['load 7', two],
        ]);
      });

      it('should run the key function with the instance as this', () => {
        const service = new fixtures.Service('b');
        subscribe(service.byTenant(1), service.byTenant(2));
        expect(ran()).toEqual(['byTenant 1']);
      });

      it('should share between instances through a registry they are given', () => {
        subscribe(new fixtures.Service('a').shared(7), new fixtures.Service('b').shared(7));
        expect(ran()).toEqual(['shared 7']);
        expect(fixtures.wide.callers(7)).toBe(2);
        source(0).complete();
        expect(fixtures.wide.size).toBe(0);
      });

      it('should emit what the method or the key function throws as an error', () => {
        const service = new fixtures.Service();
        subscribe(service.failing(), service.keyless());
        expect(log.take()).toEqual(['1 error no luck for a', '2 error no key']);
      });

      it('should share nothing if a subclass overrides a method, except the runs of super', () => {
        const plain = new fixtures.Plain();
        subscribe(plain.load(7), plain.load(7));
        expect(ran()).toEqual(['load 7']);
        source(0).next('x');
        expect(log.take()).toEqual(['1 plain x', '2 plain x']);
      });

      it('should keep one registry for an override and one for its base', () => {
        const decorated = new fixtures.Decorated();
        subscribe(decorated.load(7), decorated.load(7));
        expect(ran()).toEqual(['override 7', 'load 7']);
        source(1).next('x');
        source(1).complete();
        expect(log.take()).toEqual(['1 decorated x', '2 decorated x', '1 complete', '2 complete']);
      });

      it('should keep a registry for each instance of a class that inherits', () => {
        const [one, two] = [new fixtures.Inheriting(), new fixtures.Inheriting()];
        subscribe(one.load(7), one.load(7), two.load(7));
        expect(ran()).toEqual(['load 7', 'load 7']);
      });

      it('should keep a registry for each class that a static method is called on', () => {
        const { Service, Inheriting, Decorated } = fixtures;
        subscribe(Service.forAll(7), Service.forAll(7), Inheriting.forAll(7), Decorated.forAll(7), Decorated.forAll(7));
        expect(fixtures.runs.map(({ self }) => self)).toEqual([Service, Inheriting, Decorated]);
        source(2).next('x');
        expect(log.take()).toEqual(['4 decorated x', '5 decorated x']);
      });

      it('should work on frozen instances', () => {
        const service = Object.freeze(new fixtures.Service());
        subscribe(service.load(7), service.load(7));
        expect(ran()).toEqual(['load 7']);
      });

      it('should share nothing between calls without an instance', () => {
        // eslint-disable-next-line @typescript-eslint/unbound-method -- that is what it is about
        const { load } = fixtures.Service.prototype;
        subscribe(...[undefined, undefined, null, 1].map((self) => load.call(self as any, 7)));
        expect(fixtures.runs.map(({ self }) => self)).toEqual([undefined, undefined, null, 1]);
      });

      it('should work below a spy on the prototype', () => {
        const spy = spyOn(fixtures.Service.prototype, 'load').and.callThrough();
        const service = new fixtures.Service();
        subscribe(service.load(7), service.load(7));
        expect(spy.calls.allArgs()).toEqual([[7], [7]]);
        expect(fixtures.runs.map(({ self }) => self)).toEqual([service]);
      });

      it('should keep the name, the length and the attributes of the method', () => {
        const { prototype } = fixtures.Service;
        expect([prototype.load.name, prototype.load.length]).toEqual(['load', 1]);
        expect([prototype[fixtures.toKey].name, prototype[fixtures.toKey].length]).toEqual(['[toKey]', 1]);
        expect(Object.keys(new fixtures.Service())).toEqual(['tenant']);
        const load = Object.getOwnPropertyDescriptor(prototype, 'load')!;
        expect(load).toEqual(jasmine.objectContaining({ writable: true, configurable: true, enumerable: false }));
        const { name, length } = Object.getOwnPropertyDescriptors(load.value as () => unknown);
        for (const property of [name, length]) {
          expect(property).toEqual(
            jasmine.objectContaining({ writable: false, configurable: true, enumerable: false }),
          );
        }
      });

      it('should decorate a method that a symbol names', () => {
        const service = new fixtures.Service();
        subscribe(service[fixtures.toKey](7), service[fixtures.toKey](7), service[fixtures.toKey](7, 2));
        expect(ran()).toEqual(['symbol 7 1', 'symbol 7 2']);
      });

      it('should not keep an instance and its registry alive, even if a flight of it never ended', async () => {
        const { instance, flight } = abandoned();
        await expectCollected(instance);
        await expectCollected(flight);

        function abandoned(): Record<'instance' | 'flight', WeakRef<object>> {
          const service = new fixtures.Service();
          service.load(7).subscribe();
          const { source } = fixtures.runs.pop()!;
          return { instance: new WeakRef(service), flight: new WeakRef(source) };
        }
      });
    });

    describe('@CoalesceAsync()', () => {
      it('should share one run between equal calls that overlap', async () => {
        const service = new fixtures.Service();
        const calls = [service.promised(7), service.promised(7), service.promised(8)];
        expect(ran()).toEqual(['promised 7', 'promised 8']);
        source(0).next('x');
        source(1).next('y');
        expect(await Promise.all(calls)).toEqual(['x', 'x', 'y']);
        const again = service.promised(7);
        source(2).next('z');
        expect(await again).toBe('z');
      });

      it('should let a caller leave by its signal, and abort the run when the last has left', async () => {
        const service = new fixtures.Service();
        const [one, two] = [new AbortController(), new AbortController()];
        const calls = [service.promised(7, { signal: one.signal }), service.promised(7, { signal: two.signal })];
        one.abort('bored');
        expect(source(0).observed).toBeTrue();
        two.abort('bored too');
        expect(source(0).observed).toBeFalse();
        expect(await Promise.allSettled(calls)).toEqual([
          { status: 'rejected', reason: 'bored' },
          { status: 'rejected', reason: 'bored too' },
        ]);
      });

      it('should run the key function with the instance as this', async () => {
        const service = new fixtures.Service('b');
        const calls = [service.promisedByTenant(1), service.promisedByTenant(2)];
        expect(ran()).toEqual(['promised 1']);
        source(0).next('x');
        expect(await Promise.all(calls)).toEqual(['x', 'x']);
      });

      it('should reject with what the method throws', async () => {
        await expectAsync(new fixtures.Service().failingAsync()).toBeRejectedWithError('no luck for a');
      });

      it('should share nothing between instances, nor between classes', async () => {
        const calls = [
          new fixtures.Service().promised(7),
          new fixtures.Service().promised(7),
          fixtures.Service.promisedForAll(7),
          fixtures.Inheriting.promisedForAll(7),
        ];
        expect(ran()).toEqual(['promised 7', 'promised 7', 'static promised 7', 'static promised 7']);
        fixtures.runs.forEach((run, index) => run.source.next(String(index)));
        expect(await Promise.all(calls)).toEqual(['0', '1', '2', '3']);
      });

      it('should share nothing between calls without an instance', async () => {
        // eslint-disable-next-line @typescript-eslint/unbound-method -- that is what it is about
        const { promised } = fixtures.Service.prototype;
        const calls = [promised.call(undefined as any, 7), promised.call(undefined as any, 7)];
        expect(ran()).toEqual(['promised 7', 'promised 7']);
        fixtures.runs.forEach((run, index) => run.source.next(String(index)));
        expect(await Promise.all(calls)).toEqual(['0', '1']);
      });
    });
  });
}
