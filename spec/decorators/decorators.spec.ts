import { NEVER, of, type Observable } from 'rxjs';
import { Coalesce, CoalesceAsync } from '../../src/index.js';
import * as decorated from '../support/decorated.js';
import { describeDecorators } from '../support/decorator-laws.js';

describeDecorators('standard protocol', async () => Promise.resolve(decorated));

describe('decorators', () => {
  it('should decorate private methods', async () => {
    class Service {
      readonly runs: number[] = [];

      @Coalesce()
      #load(id: number): Observable<number> {
        this.runs.push(id);
        return NEVER;
      }

      @CoalesceAsync()
      async #promised(id: number): Promise<number> {
        this.runs.push(id);
        return Promise.resolve(id);
      }

      @Coalesce()
      static #forAll(): Observable<string> {
        return of('static');
      }

      load(id: number): Observable<number> {
        return this.#load(id);
      }

      promised(id: number): Promise<number> {
        return this.#promised(id);
      }

      static forAll(): Observable<string> {
        return this.#forAll();
      }
    }

    const service = new Service();
    service.load(1).subscribe();
    service.load(1).subscribe();
    expect(await Promise.all([service.promised(2), service.promised(2)])).toEqual([2, 2]);
    expect(service.runs).toEqual([1, 2]);
    Service.forAll().subscribe((value) => expect(value).toBe('static'));
  });

  const decorators: Record<string, (...params: any[]) => (...params: any[]) => unknown> = { Coalesce, CoalesceAsync };
  for (const [name, decorator] of Object.entries(decorators)) {
    describe(`@${name}`, () => {
      const context = { kind: 'method', name: 'load' };
      const method = (): Observable<number> => of(1);

      it('should throw if its parentheses are missing', () => {
        const message = `${name}: expected "config" to be an object, got the decorated method: write @${name}()`;
        const descriptor = { value: method };
        expect(() => decorator(method, context)).toThrowError(TypeError, message);
        expect(() => decorator({}, 'load', descriptor)).toThrowError(TypeError, message);
        expect(() => decorator({}, 'field', undefined)).toThrowError(TypeError, message);
        expect(() => decorator(undefined, { kind: 'field', name: 'load' })).toThrowError(TypeError, message);
        expect(() => decorator(Object)).toThrowError(TypeError, message);
      });

      type Decorated = ((...args: unknown[]) => Observable<number>) & Record<PropertyKey, unknown>;
      const protocols: Readonly<Record<string, (method: unknown) => Decorated>> = {
        'standard protocol': (method) => decorator()(method, context) as Decorated,
        experimentalDecorators: (method) =>
          (decorator()({}, 'load', { value: method }) as TypedPropertyDescriptor<Decorated>).value!,
      };
      for (const [protocol, decorate] of Object.entries(protocols)) {
        it(`should keep what other decorators have put on the method: properties (${protocol}, law 5)`, () => {
          const roles = Symbol('roles');
          let path = 'b';
          const described = (id: number, page: number): Observable<number> => of(id, page);
          Object.defineProperties(described, {
            [roles]: { value: ['admin'], enumerable: true },
            path: { get: () => path, configurable: true },
            hidden: { value: 1 },
          });
          const result = decorate(described);
          expect(result[roles]).toBe((described as unknown as Decorated)[roles]);
          path = 'c';
          expect(result['path']).toBe('c');
          expect(Object.getOwnPropertyDescriptor(result, 'hidden')).toEqual(
            Object.getOwnPropertyDescriptor(described, 'hidden'),
          );
          expect(result.name).toBe('described');
          expect(result.length).toBe(2);
        });

        it(`should keep its own prototype, also if another decorator has replaced the method (${protocol}, law 5)`, () => {
          const wrapper = function (id: number): Observable<number> {
            return of(id);
          };
          const result = decorate(wrapper);
          expect(result['prototype']).not.toBe(wrapper.prototype as unknown);
          expect(result.name).toBe('wrapper');
        });

        it(`should keep what other decorators have put on the method: metadata (${protocol}, law 5)`, () => {
          const guards = [Object];
          const roles = Symbol('roles');
          const kept = new Map<unknown, Map<unknown, unknown>>();
          const metadata = {
            getOwnMetadataKeys: (target: unknown) => [...(kept.get(target)?.keys() ?? [])],
            getOwnMetadata: (key: unknown, target: unknown) => kept.get(target)?.get(key),
            defineMetadata: (key: unknown, value: unknown, target: unknown) => {
              kept.set(target, new Map([...(kept.get(target) ?? []), [key, value]]));
            },
          };
          const described = (): Observable<number> => of(1);
          metadata.defineMetadata('guards', guards, described);
          metadata.defineMetadata(roles, undefined, described);
          const untouched = decorate(described);
          expect(kept.get(untouched)).toBeUndefined();
          const before = Object.getOwnPropertyDescriptors(Reflect);
          Object.assign(Reflect, metadata);
          try {
            const result = decorate(described);
            expect(kept.get(result)).toEqual(
              new Map<unknown, unknown>([
                ['guards', guards],
                [roles, undefined],
              ]),
            );
            expect(kept.get(result)!.get('guards')).toBe(guards);
          } finally {
            for (const name of Object.keys(metadata)) {
              Reflect.deleteProperty(Reflect, name);
            }
            Object.defineProperties(Reflect, before);
          }
        });
      }

      it('should refuse a wrong configuration when it is passed', () => {
        const wrong: [unknown, string][] = [
          [null, '"config" to be an object, got null'],
          [{ keyFn: 'id' }, '"keyFn" to be a function, got "id"'],
          [{ keyFn: null }, '"keyFn" to be a function, got null'],
          [{ bufferSize: -1 }, '"bufferSize" to be a whole number or Infinity, got -1'],
          [{ resetOnRefCountZero: 1 }, '"resetOnRefCountZero" to be a boolean or a function, got 1'],
          [{ inFlight: new Map() }, '"inFlight" to be made by inFlightCalls(), got [object Map]'],
        ];
        for (const [config, complaint] of wrong) {
          expect(() => decorator(config)).toThrowError(TypeError, `${name}: expected ${complaint}`);
        }
      });

      it('should accept a configuration whose options are all undefined', () => {
        const config = { keyFn: undefined, bufferSize: undefined, resetOnRefCountZero: undefined, inFlight: undefined };
        expect(decorator(config)(method, context)).toEqual(jasmine.any(Function));
      });

      it('should keep the other attributes of a descriptor', () => {
        const descriptor = { value: method, writable: false, enumerable: true, configurable: false };
        expect(decorator()({}, 'load', descriptor)).toEqual({ ...descriptor, value: jasmine.any(Function) });
      });

      it('should refuse to decorate anything but a method', () => {
        for (const kind of ['field', 'getter', 'setter', 'accessor', 'class']) {
          const value = kind === 'field' ? undefined : method;
          expect(() => decorator()(value, { kind, name: 'load' })).toThrowError(
            TypeError,
            `${name}: expected a method to decorate, got load`,
          );
        }
        for (const descriptor of [undefined, 0, { get: method }, { value: 1 }]) {
          expect(() => decorator()({}, 'load', descriptor)).toThrowError(
            TypeError,
            `${name}: expected a method to decorate, got load`,
          );
        }
        expect(() => decorator()(Object)).toThrowError(
          TypeError,
          `${name}: expected a method to decorate, got a class`,
        );
      });
    });
  }
});
