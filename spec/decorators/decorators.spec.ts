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

      it('should say so where its parentheses are missing', () => {
        const message = `${name}: expected "config" to be an object, got what is decorated: write @${name}()`;
        const descriptor = { value: method };
        expect(() => decorator(method, context)).toThrowError(TypeError, message);
        expect(() => decorator({}, 'load', descriptor)).toThrowError(TypeError, message);
        expect(() => decorator({}, 'field', undefined)).toThrowError(TypeError, message);
        expect(() => decorator(undefined, { kind: 'field', name: 'load' })).toThrowError(TypeError, message);
        expect(() => decorator(Object)).toThrowError(TypeError, message);
      });

      it('should refuse a wrong configuration where it is passed', () => {
        const wrong: [unknown, string][] = [
          [null, '"config" to be an object, got null'],
          [{ keyFn: 'id' }, '"keyFn" to be a function, got "id" (string)'],
          [{ keyFn: null }, '"keyFn" to be a function, got null'],
          [{ bufferSize: -1 }, '"bufferSize" to be an integer of at least 0 or Infinity, got -1 (number)'],
          [{ resetOnRefCountZero: 1 }, '"resetOnRefCountZero" to be a boolean or a function, got 1 (number)'],
          [{ inFlight: new Map() }, '"inFlight" to be a registry made by inFlightCalls(), got [object Map] (object)'],
        ];
        for (const [config, complaint] of wrong) {
          expect(() => decorator(config)).toThrowError(TypeError, `${name}: expected ${complaint}`);
        }
      });

      it('should take a configuration whose options are all undefined', () => {
        const config = { keyFn: undefined, bufferSize: undefined, resetOnRefCountZero: undefined, inFlight: undefined };
        expect(decorator(config)(method, context)).toEqual(jasmine.any(Function));
      });

      it('should keep what else a descriptor says', () => {
        const descriptor = { value: method, writable: false, enumerable: true, configurable: false };
        expect(decorator()({}, 'load', descriptor)).toEqual({ ...descriptor, value: jasmine.any(Function) });
      });

      it('should refuse to decorate what is no method', () => {
        for (const kind of ['field', 'getter', 'setter', 'accessor', 'class']) {
          const value = kind === 'field' ? undefined : method;
          expect(() => decorator()(value, { kind, name: 'load' })).toThrowError(
            TypeError,
            `${name}: expected a method to decorate, and load is none`,
          );
        }
        for (const descriptor of [undefined, 0, { get: method }, { value: 1 }]) {
          expect(() => decorator()({}, 'load', descriptor)).toThrowError(
            TypeError,
            `${name}: expected a method to decorate, and load is none`,
          );
        }
        expect(() => decorator()(Object)).toThrowError(
          TypeError,
          `${name}: expected a method to decorate, and a class is none`,
        );
      });
    });
  }
});
