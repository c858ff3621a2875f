import { expectTypeOf } from 'expect-type';
import { of, type Observable, type OperatorFunction } from 'rxjs';
import { coalesceBy, inFlightCalls, type CoalesceByConfig } from 'rxjs-coalesce';

interface User {
  readonly id: number;
}
interface Admin extends User {
  readonly secret: string;
}
declare const ids: Observable<number>;
declare const loadUser: (id: number) => Observable<User>;

// Inferred from the source and from project.
const users = ids.pipe(
  coalesceBy(
    (id, index) => {
      expectTypeOf(id).toEqualTypeOf<number>();
      expectTypeOf(index).toEqualTypeOf<number>();
      return `user ${id}`;
    },
    (id, index) => {
      expectTypeOf(id).toEqualTypeOf<number>();
      expectTypeOf(index).toEqualTypeOf<number>();
      return loadUser(id);
    },
  ),
);
expectTypeOf(users).toEqualTypeOf<Observable<User>>();

const key = (id: number): number => id;
expectTypeOf(ids.pipe(coalesceBy(key, async (id) => ({ id })))).toEqualTypeOf<Observable<{ id: number }>>();
expectTypeOf(ids.pipe(coalesceBy(key, (id) => [id, 'text']))).toEqualTypeOf<Observable<string | number>>();
expectTypeOf(ids.pipe(coalesceBy(key, (id) => (id > 0 ? of(id) : of('none'))))).toEqualTypeOf<
  Observable<string | number>
>();
expectTypeOf(ids.pipe(coalesceBy(key, (id) => (id > 0 ? of(id) : Promise.resolve('none'))))).toEqualTypeOf<
  Observable<string | number>
>();
expectTypeOf(coalesceBy((id: number) => id, loadUser)).toEqualTypeOf<OperatorFunction<number, User>>();
// @ts-expect-error -- a number is no ObservableInput
ids.pipe(coalesceBy(key, (id) => id));
// @ts-expect-error -- project is missing
ids.pipe(coalesceBy(key));
// @ts-expect-error -- a key of other values
ids.pipe(coalesceBy((name: string) => name, loadUser));

// Configuration.
declare const maybe: number | undefined;
ids.pipe(coalesceBy(key, loadUser, { duplicates: 'ignore', concurrent: 3, bufferSize: 1, resetOnRefCountZero: false }));
ids.pipe(coalesceBy(key, loadUser, { duplicates: undefined, concurrent: maybe, inFlight: undefined }));
// @ts-expect-error -- 'join' or 'ignore'
ids.pipe(coalesceBy(key, loadUser, { duplicates: 'drop' }));
// @ts-expect-error -- no such option
ids.pipe(coalesceBy(key, loadUser, { keyFn: key }));

// A result selector is given what its value, its run and its place are, and its result is the answer.
expectTypeOf(
  ids.pipe(
    coalesceBy(
      (id, index) => {
        expectTypeOf(id).toEqualTypeOf<number>();
        expectTypeOf(index).toEqualTypeOf<number>();
        return `user ${id}`;
      },
      (id, index) => {
        expectTypeOf(id).toEqualTypeOf<number>();
        expectTypeOf(index).toEqualTypeOf<number>();
        return loadUser(id);
      },
      {
        concurrent: 3,
        resultSelector: (id, user, index) => {
          expectTypeOf(id).toEqualTypeOf<number>();
          expectTypeOf(user).toEqualTypeOf<User>();
          expectTypeOf(index).toEqualTypeOf<number>();
          return { id, user };
        },
      },
    ),
  ),
).toEqualTypeOf<Observable<{ id: number; user: User }>>();
expectTypeOf(
  ids.pipe(
    coalesceBy(key, async (id) => String(id), {
      resultSelector: (id, name) => [id, name] as const,
    }),
  ),
).toEqualTypeOf<Observable<readonly [number, string]>>();
expectTypeOf(
  coalesceBy(key, loadUser, { resultSelector: (id: number, { id: other }: User) => id === other }),
).toEqualTypeOf<OperatorFunction<number, boolean>>();
// @ts-expect-error -- no such option beside a result selector either
ids.pipe(coalesceBy(key, loadUser, { resultSelector: (id) => id, keyFn: key }));
// @ts-expect-error -- not what the runs emit
ids.pipe(coalesceBy(key, loadUser, { resultSelector: (_id: number, name: string) => name }));
// @ts-expect-error -- not what the source emits
ids.pipe(coalesceBy(key, loadUser, { resultSelector: (id: string) => id }));

// A wider registry, of exactly these keys and values.
const calls = inFlightCalls<number, User>();
expectTypeOf(ids.pipe(coalesceBy(key, loadUser, { inFlight: calls }))).toEqualTypeOf<Observable<User>>();
// @ts-expect-error -- other keys
ids.pipe(coalesceBy((id) => `user ${id}`, loadUser, { inFlight: calls }));
// @ts-expect-error -- its callers would get what they take for admins
ids.pipe(coalesceBy(key, loadUser, { inFlight: inFlightCalls<number, Admin>() }));
declare const loadAdmin: (id: number) => Observable<Admin>;
// @ts-expect-error -- an admin caller is not to join a flight of plain users
ids.pipe(coalesceBy(key, loadAdmin, { inFlight: calls }));

export const config: CoalesceByConfig<number, User> = { inFlight: calls };
