import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { firstValueFrom, mergeMap, NEVER, of, Subject, type Observable } from 'rxjs';
import type * as RxjsCoalesce from 'rxjs-coalesce';
import { deferred } from './support/deferred.js';
import { Log } from './support/log.js';

type Library = typeof RxjsCoalesce;

// The published builds, whatever compilation of the sources the other specs test.
const packaged = resolve('package.json');
const required = createRequire(packaged)('rxjs-coalesce') as Library;
const { exports } = createRequire(packaged)(packaged) as { exports: { '.': { import: { default: string } } } };
const imported = (await import(pathToFileURL(resolve(exports['.'].import.default)).href)) as Library;

/** A program may load both: a package that it imports requires the library, for example. */
describe('The ESM and the CommonJS build in one process', () => {
  it('are two, with the same names', () => {
    expect(required.coalesced).not.toBe(imported.coalesced);
    expect(Object.keys(required).sort()).toEqual(Object.keys(imported).sort());
  });

  it('write equal arguments the same, and no two symbols that differ', () => {
    const [one, other] = [Symbol('s'), Symbol('s')];
    for (const args of [[1], ['\x1f'], [{ a: [1n, new Date(0), new Map([[one, other]])] }], [one, 1]]) {
      expect(imported.argumentsKey(...args)).toBe(required.argumentsKey(...args));
    }
    expect(imported.argumentsKey(one, 1)).not.toBe(required.argumentsKey(other, 1));
  });

  it('never write two symbols the same, whichever build sees one first', () => {
    const symbols = Array.from({ length: 20 }, () => Symbol('s'));
    const keys = symbols.map((symbol, index) => (index % 2 ? imported : required).argumentsKey([symbol]));
    expect(new Set(keys).size).toBe(20);
  });

  for (const [title, owner, other] of [
    ['a registry of the ESM build, faces of the CommonJS build', imported, required],
    ['a registry of the CommonJS build, faces of the ESM build', required, imported],
  ] as const) {
    describe(title, () => {
      const logged = (log: Log, name: string, promise: Promise<unknown>) =>
        promise.then(
          (value) => log.add(`${name} ${String(value)}`),
          (error: unknown) => log.add(`${name} error ${String(error)}`),
        );

      function make() {
        const log = new Log();
        const inFlight = owner.inFlightCalls<string, string>();
        inFlight.events.subscribe(({ type, key, callers }) => log.add(`${type} ${key} ${callers}`));
        return { log, inFlight, keyFn: () => 'k' };
      }

      it('share a flight between Observable callers', () => {
        const { log, ...config } = make();
        const source = new Subject<string>();
        const own = owner.coalesced(() => source, config);
        const theirs = other.coalesced((): Observable<string> => NEVER, config);
        own().subscribe(log.observer('a'));
        theirs().subscribe(log.observer('b'));
        source.next('1');
        theirs().subscribe(log.observer('c'));
        source.complete();
        expect(log.take()).toEqual([
          ...['start k 1', 'join k 2', 'a 1', 'b 1', 'join k 3', 'c 1'],
          ...['complete k 3', 'a complete', 'b complete', 'c complete'],
        ]);
      });

      it('replay to a promise caller that joins late, and resolve it', async () => {
        const { log, ...config } = make();
        const source = new Subject<string>();
        owner
          .coalesced(() => source, config)()
          .subscribe(log.observer('a'));
        source.next('1');
        const promise = logged(log, 'p', other.coalescedAsync((): Observable<string> => NEVER, config)());
        source.complete();
        await promise;
        expect(log.take()).toEqual(['start k 1', 'a 1', 'join k 2', 'complete k 2', 'a complete', 'p 1']);
      });

      it('let promise callers lead, promise callers of the other join, and Observable callers of both after them', async () => {
        const { log, ...config } = make();
        const { promise, resolve } = deferred();
        const led = logged(log, 'p', other.coalescedAsync(() => promise, config)());
        const joined = logged(log, 'q', owner.coalescedAsync(() => promise, config)());
        const together = logged(log, 'r', other.coalescedAsync(() => promise, config)());
        owner
          .coalesced((): Observable<string> => NEVER, config)()
          .subscribe(log.observer('a'));
        other
          .coalesced((): Observable<string> => NEVER, config)()
          .subscribe(log.observer('b'));
        expect(config.inFlight.callers('k')).toBe(5);
        resolve('1');
        await Promise.all([led, joined, together]);
        expect(log.take()).toEqual([
          ...['start k 1', 'join k 2', 'join k 3', 'join k 4', 'join k 5', 'a 1', 'b 1'],
          ...['complete k 5', 'a complete', 'b complete', 'p 1', 'q 1', 'r 1'],
        ]);
      });

      it('answer and queue values of coalesceBy', () => {
        const { log, inFlight } = make();
        const sources = { a: new Subject<string>(), b: new Subject<string>() };
        owner
          .coalesced((key: 'a' | 'b') => sources[key], { inFlight })('a')
          .subscribe(log.observer('o'));
        of<('a' | 'b')[]>('a', 'b', 'a', 'b')
          .pipe(
            other.coalesceBy(
              (key) => key,
              (key) => sources[key],
              { inFlight, concurrent: 1 },
            ),
          )
          .subscribe(log.observer('c'));
        sources.a.next('1');
        sources.a.complete();
        sources.b.next('2');
        sources.b.complete();
        expect(log.take()).toEqual([
          ...['start a 1', 'join a 2', 'start b 1', 'join a 3', 'join b 2'],
          ...['o 1', 'c 1', 'c 1', 'complete a 3', 'o complete'],
          ...['c 2', 'c 2', 'complete b 2', 'c complete'],
        ]);
      });

      it('cancel when the last caller leaves, whichever build it uses', () => {
        const { log, ...config } = make();
        const source = new Subject<string>();
        const own = owner
          .coalesced(() => source, config)()
          .subscribe(log.observer('a'));
        const theirs = other
          .coalesced(() => source, config)()
          .subscribe(log.observer('b'));
        own.unsubscribe();
        expect(source.observed).toBe(true);
        theirs.unsubscribe();
        expect(source.observed).toBe(false);
        expect(log.take()).toEqual(['start k 1', 'join k 2', 'leave k 1', 'leave k 0', 'cancel k 0']);
      });

      it("let a caller leave by its own signal, and abort the flight's", async () => {
        const { log, ...config } = make();
        const controller = new AbortController();
        let ofFlight: AbortSignal | undefined;
        const load = (signal?: AbortSignal): Observable<string> => {
          ofFlight = signal;
          return NEVER;
        };
        const left = logged(log, 'p', other.coalescedAsync(load, config)(controller.signal));
        const stays = logged(log, 'q', owner.coalescedAsync(load, config)(new AbortController().signal));
        controller.abort('left');
        await left;
        expect(ofFlight?.aborted).toBe(false);
        expect(config.inFlight.abort('k', 'over')).toBe(true);
        await stays;
        expect(ofFlight?.reason).toBe('over');
        expect(log.take()).toEqual([
          ...['start k 1', 'join k 2', 'leave k 1', 'p error left', 'abort k 1', 'q error over'],
        ]);
      });

      it('abort a light promise flight', async () => {
        const { log, ...config } = make();
        const lost = logged(log, 'p', other.coalescedAsync(() => deferred().promise, config)());
        expect(config.inFlight.abort('k', 'over')).toBe(true);
        await lost;
        expect(log.take()).toEqual(['start k 1', 'abort k 1', 'p error over']);
      });

      it('forget', () => {
        const { log, ...config } = make();
        const theirs = other.coalesced((): Observable<string> => NEVER, config);
        const first = theirs().subscribe();
        expect(config.inFlight.forget('k')).toBe(true);
        const second = theirs().subscribe();
        first.unsubscribe();
        expect(config.inFlight.has('k')).toBe(true);
        second.unsubscribe();
        expect(log.take()).toEqual([
          ...['start k 1', 'forget k 1', 'start k 1', 'leave k 0', 'cancel k 0', 'leave k 0', 'cancel k 0'],
        ]);
      });

      it('can be passed to decorators', async () => {
        const { log, ...config } = make();
        class Users {
          @other.CoalesceAsync(config)
          load(id: string): Promise<string> {
            return firstValueFrom(of(`loaded ${id}`).pipe(mergeMap((value) => Promise.resolve(value))));
          }
          @owner.Coalesce(config)
          observe(id: string): Observable<string> {
            return of(`observed ${id}`);
          }
        }
        const users = new Users();
        const loaded = logged(log, 'p', users.load('1'));
        users.observe('2').subscribe(log.observer('a'));
        await loaded;
        expect(log.take()).toEqual([
          ...['start k 1', 'join k 2', 'a loaded 1', 'complete k 2', 'a complete', 'p loaded 1'],
        ]);
      });
    });
  }

  it('refuse an object that has all the methods but is no registry', () => {
    const names = Object.getOwnPropertyNames(Object.getPrototypeOf(imported.inFlightCalls()));
    const alike = Object.fromEntries(names.map((name) => [name, () => undefined]));
    for (const { coalesced } of [imported, required]) {
      expect(() => coalesced(() => NEVER, { inFlight: alike as never })).toThrowError(
        TypeError,
        /made by inFlightCalls/,
      );
    }
  });
});
