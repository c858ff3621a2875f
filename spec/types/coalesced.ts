import { expectTypeOf } from 'expect-type';
import { from, of, type Observable, type ObservableInput } from 'rxjs';
import { coalesced, inFlightCalls, type ArgumentsKey, type CoalescedFunction, type InFlightCalls } from 'rxjs-coalesce';

interface User {
  readonly id: number;
}
interface Admin extends User {
  readonly secret: string;
}
declare const loadUser: (id: number) => Observable<User>;
declare const fetchUser: (id: number) => Promise<User>;

// A simple function.
const load = coalesced(loadUser);
expectTypeOf(load).toEqualTypeOf<CoalescedFunction<unknown, [id: number], User, number>>();
expectTypeOf(load(1)).toEqualTypeOf<Observable<User>>();
expectTypeOf(load.inFlight).toEqualTypeOf<InFlightCalls<number, User>>();
expectTypeOf(load).parameters.toEqualTypeOf<[id: number]>();
expectTypeOf(load).toExtend<(id: number) => Observable<User>>();
load.inFlight.abort(1);
// @ts-expect-error -- the key is a number
load.inFlight.abort('1');
// @ts-expect-error -- an argument is missing
load();
// @ts-expect-error -- an argument too many
load(1, 2);
// @ts-expect-error -- an argument of another type
load('1');
// @ts-expect-error -- an Observable is no promise
load(1).then;

// Whatever is an ObservableInput is observed.
expectTypeOf(coalesced(fetchUser)(1)).toEqualTypeOf<Observable<User>>();
expectTypeOf(coalesced(async (id: number) => ({ id }))(1)).toEqualTypeOf<Observable<{ id: number }>>();
expectTypeOf(coalesced((id: number) => [id, 'text'])(1)).toEqualTypeOf<Observable<string | number>>();
expectTypeOf(coalesced((id: number) => (id > 0 ? of(id) : of('none')))(1)).toEqualTypeOf<Observable<string | number>>();
expectTypeOf(coalesced((id: number) => (id > 0 ? of(id) : Promise.resolve('none')))(1)).toEqualTypeOf<
  Observable<string | number>
>();
expectTypeOf(
  coalesced(function* () {
    yield 1;
  })(),
).toEqualTypeOf<Observable<number>>();
expectTypeOf(
  coalesced(async function* () {
    yield 1;
  })(),
).toEqualTypeOf<Observable<number>>();
// @ts-expect-error -- a number is no ObservableInput
coalesced((id: number) => id);
// @ts-expect-error -- nothing is none either
coalesced((id: number) => {
  load(id);
});
// @ts-expect-error -- no function
coalesced(of(1));

// Argument names, optional, default and rest parameters.
const search = coalesced((text: string, page = 1, ...tags: string[]) => of({ text, page, tags }));
expectTypeOf(search).parameters.toEqualTypeOf<[text: string, page?: number | undefined, ...tags: string[]]>();
search('a');
search('a', 2, 'b', 'c');
// @ts-expect-error -- page is a number
search('a', '2');
const paged = coalesced((page = 1) => of(page));
expectTypeOf(paged(2)).toEqualTypeOf<Observable<number>>();

// A parameter without a type is an error, and not any.
// @ts-expect-error -- Parameter 'id' implicitly has an 'any' type.
coalesced((id) => of(id));
// @ts-expect-error -- the second, too
coalesced((id: number, options) => of(id, options));

// Overloads and generics survive if they return the same kind.
function find(id: number): Observable<User>;
function find(name: string): Observable<User[]>;
function find(by: number | string): Observable<User | User[]> {
  return typeof by === 'number' ? of({ id: by }) : of([]);
}
const finds = coalesced(find);
expectTypeOf(finds(1)).toEqualTypeOf<Observable<User>>();
expectTypeOf(finds('Ada')).toEqualTypeOf<Observable<User[]>>();
// @ts-expect-error -- no overload takes a boolean
finds(true);
finds.inFlight.forgetAll();

const wrap = coalesced(<T>(value: T) => of(value));
expectTypeOf(wrap({ a: 1 })).toEqualTypeOf<Observable<{ a: number }>>();
expectTypeOf(wrap('text')).toEqualTypeOf<Observable<string>>();
const awaited = coalesced(<T>(value: T) => from(Promise.resolve(value)));
expectTypeOf(awaited(1)).toExtend<Observable<number>>();
// What TypeScript cannot carry: a generic function of promises.
expectTypeOf(coalesced(async <T>(value: T) => value)(1)).toEqualTypeOf<Observable<unknown>>();

// `this`.
class Users {
  readonly all = new Map<number, User>();
  readonly load = coalesced(function (this: Users, id: number): ObservableInput<User> {
    return [this.all.get(id)!];
  });
}
const users = new Users();
users.load(1);
const { load: unbound } = users;
// @ts-expect-error -- the function needs its `this`
unbound(1);
unbound.call(users, 1);
users.load.keyFn.call(users, 1);
const { keyFn: unboundKeyFn } = users.load;
// @ts-expect-error -- and so does its keyFn: without, it would compile and fail when run
unboundKeyFn(1);

// keyFn.
const byName = coalesced((user: User, options?: { fresh: boolean }) => of(user, options), {
  keyFn: (user, options) => {
    expectTypeOf(user).toEqualTypeOf<User>();
    expectTypeOf(options).toEqualTypeOf<{ fresh: boolean } | undefined>();
    return `user ${user.id}`;
  },
});
expectTypeOf(byName.inFlight).toEqualTypeOf<InFlightCalls<string, User | { fresh: boolean } | undefined>>();
expectTypeOf(byName.keyFn({ id: 1 })).toEqualTypeOf<string>();
coalesced((id: number) => of(id), { keyFn: undefined });
// @ts-expect-error -- a key of other arguments
coalesced((id: number) => of(id), { keyFn: (id: string) => id });
// @ts-expect-error -- no function
coalesced((id: number) => of(id), { keyFn: 'id' });

// The default key.
expectTypeOf<ArgumentsKey<[string]>>().toEqualTypeOf<string>();
expectTypeOf<ArgumentsKey<[id: 'a' | 'b']>>().toEqualTypeOf<'a' | 'b'>();
expectTypeOf<ArgumentsKey<[number | null]>>().toEqualTypeOf<number | null>();
expectTypeOf<ArgumentsKey<[]>>().toEqualTypeOf<unknown>();
expectTypeOf<ArgumentsKey<[string, string]>>().toEqualTypeOf<unknown>();
expectTypeOf<ArgumentsKey<[string?]>>().toEqualTypeOf<unknown>();
expectTypeOf<ArgumentsKey<[User]>>().toEqualTypeOf<unknown>();
expectTypeOf<ArgumentsKey<[string | User]>>().toEqualTypeOf<unknown>();
expectTypeOf<ArgumentsKey<string[]>>().toEqualTypeOf<unknown>();

// The registry shares keys and values of exactly one type: an Admin caller is not to join a flight of plain users.
const userCalls = inFlightCalls<number, User>();
declare const loadAdmin: (id: number) => Observable<Admin>;
coalesced(loadUser, { inFlight: userCalls });
// @ts-expect-error -- its callers expect admins
coalesced(loadAdmin, { inFlight: userCalls });
// @ts-expect-error -- its callers would get what they take for admins
coalesced(loadUser, { inFlight: inFlightCalls<number, Admin>() });
// @ts-expect-error -- other keys
coalesced(loadUser, { inFlight: inFlightCalls<string, User>(), keyFn: (id) => id });
coalesced(loadUser, { inFlight: inFlightCalls<number | string, User>(), keyFn: (id): number => id });
coalesced(loadAdmin as (id: number) => Observable<User>, { inFlight: userCalls });

// Configuration.
declare const maybeSize: number | undefined;
coalesced(loadUser, { bufferSize: maybeSize, resetOnRefCountZero: undefined, inFlight: undefined });
coalesced(loadUser, { bufferSize: 1, resetOnRefCountZero: false });
coalesced(loadUser, { resetOnRefCountZero: () => of(1) });
coalesced(loadUser, { resetOnRefCountZero: async () => {} });
// @ts-expect-error -- resetOnRefCountZero makes a notifier
coalesced(loadUser, { resetOnRefCountZero: () => 5 });
// @ts-expect-error -- no time to live: this is no cache
coalesced(loadUser, { ttl: 1000 });
// @ts-expect-error -- readonly
load.inFlight = userCalls;
