// The decorators under the older protocol, which knows no private methods: what compiles, and what must not.
import { from, of, type Observable } from 'rxjs';
import { Coalesce, CoalesceAsync, inFlightCalls, type CoalesceDecorator } from 'rxjs-coalesce';

interface User {
  readonly id: number;
}
declare const user: User;

const users = inFlightCalls<number, User>();
const answers = inFlightCalls<unknown, number>();

export class Service {
  readonly tenant = 'a';

  @Coalesce()
  plain(id: number): Observable<User> {
    return of({ id });
  }

  @Coalesce()
  generic<T>(value: T): Observable<T> {
    return of(value);
  }

  overloaded(id: number): Observable<number>;
  overloaded(name: string): Observable<string>;
  @Coalesce()
  overloaded(value: number | string): Observable<number | string> {
    return of(value);
  }

  @Coalesce()
  optional(id: number, page = 1, ...rest: readonly string[]): Observable<string> {
    return of(`${id} ${page} ${rest.length}`);
  }

  @Coalesce({ bufferSize: 1, resetOnRefCountZero: false })
  settings(id: number): Observable<number> {
    return of(id);
  }

  @Coalesce({ keyFn: (id, name) => id.toFixed() + name.toUpperCase() })
  contextual(id: number, name: string): Observable<number> {
    return of(id + name.length);
  }

  @Coalesce({
    keyFn(id: number) {
      return `${this.tenant} ${id}`;
    },
  })
  withThis(id: number): Observable<number> {
    return of(id);
  }

  @Coalesce({ inFlight: users, keyFn: (id: number) => id })
  wider(id: number): Observable<User> {
    return of({ id });
  }

  @Coalesce()
  static forAll(id: number): Observable<number> {
    return of(id);
  }

  @CoalesceAsync()
  async promised(id: number, { signal }: { signal?: AbortSignal } = {}): Promise<User> {
    signal?.throwIfAborted();
    return Promise.resolve({ id });
  }

  @CoalesceAsync({ keyFn: (id) => id.toFixed() })
  promisedByKey(id: number): Promise<User> {
    return Promise.resolve({ id });
  }

  @CoalesceAsync({ inFlight: answers })
  static promisedForAll(id: number): Promise<number> {
    return Promise.resolve(id);
  }

  uses(): unknown[] {
    const kept: Observable<'x'> = this.generic('x' as const);
    const numbers: Observable<number> = this.overloaded(1);
    return [kept, numbers];
  }
}

// A decorator with a name of its own.
export const Lasting: CoalesceDecorator<unknown, [id: number], Observable<User>> = Coalesce({
  resetOnRefCountZero: false,
});

export class Named {
  @Lasting
  load(id: number): Observable<User> {
    return of({ id });
  }
}

export class Wrong {
  // @ts-expect-error it returns a promise
  @Coalesce()
  promise(): Promise<User> {
    return Promise.resolve(user);
  }

  // @ts-expect-error it returns an Observable
  @CoalesceAsync()
  observable(): Observable<User> {
    return from([user]);
  }

  // @ts-expect-error it returns neither
  @Coalesce()
  neither(): number {
    return 1;
  }

  // @ts-expect-error a field is no method
  @Coalesce()
  field: Observable<User> = of(user);

  // @ts-expect-error a field is no method, whatever it holds
  @Coalesce()
  functionField = (id: number): Observable<User> => of({ id });

  // @ts-expect-error a getter is no method
  @Coalesce()
  get getter(): Observable<User> {
    return of(user);
  }

  // @ts-expect-error the parentheses are missing
  @Coalesce
  bare(): Observable<User> {
    return of(user);
  }

  // @ts-expect-error the parentheses are missing
  @CoalesceAsync
  bareAsync(): Promise<User> {
    return Promise.resolve(user);
  }

  // @ts-expect-error the argument is a number
  @Coalesce({ keyFn: (id: string) => id })
  mismatch(id: number): Observable<number> {
    return of(id);
  }

  // @ts-expect-error there is no second argument
  @Coalesce({ keyFn: (id: number, name: string) => `${id}${name}` })
  tooMany(id: number): Observable<number> {
    return of(id);
  }

  // @ts-expect-error the argument is a number
  @CoalesceAsync({ keyFn: (id: string) => id })
  mismatchAsync(id: number): Promise<number> {
    return Promise.resolve(id);
  }

  // @ts-expect-error the registry is of users
  @Coalesce({ inFlight: users, keyFn: (id: number) => id })
  otherValues(id: number): Observable<number> {
    return of(id);
  }

  // @ts-expect-error there is no such option
  @Coalesce({ ttl: 1000 })
  unknownOption(): Observable<User> {
    return of(user);
  }

  // @ts-expect-error it is a number
  @Coalesce({ bufferSize: '1' })
  wrongOption(): Observable<User> {
    return of(user);
  }
}

// @ts-expect-error a class is no method
@Coalesce()
export class Decorated {
  readonly id = 1;
}
