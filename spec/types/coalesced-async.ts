import { expectTypeOf } from 'expect-type';
import { of, type Observable } from 'rxjs';
import {
  coalescedAsync,
  inFlightCalls,
  type AsyncArgumentsKey,
  type CoalescedAsyncFunction,
  type InFlightCalls,
} from 'rxjs-coalesce';

interface User {
  readonly id: number;
}
interface Admin extends User {
  readonly secret: string;
}
interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

// A drop-in for an async function.
declare const fetchUser: (id: number, options?: Abortable) => Promise<User>;
const load = coalescedAsync(fetchUser);
expectTypeOf(load).toEqualTypeOf<CoalescedAsyncFunction<unknown, [id: number, options?: Abortable], User, number>>();
expectTypeOf(load).toExtend<typeof fetchUser>();
expectTypeOf(load(1)).toEqualTypeOf<Promise<User>>();
expectTypeOf(load.inFlight).toEqualTypeOf<InFlightCalls<number, User>>();
declare const maybeSignal: AbortSignal | undefined;
load(1, { signal: maybeSignal });
load(1, {});
load(1, undefined);
// @ts-expect-error -- a promise is no Observable
load(1).subscribe;
// @ts-expect-error -- an argument of another type
load('1');
// @ts-expect-error -- no signal
load(1, { signal: 'SIGTERM' });
load.inFlight.abort(1);
// @ts-expect-error -- the key is a number
load.inFlight.abort({ id: 1 });

// The idiom for signals.
const idiom = coalescedAsync(async (id: number, { signal }: { signal?: AbortSignal } = {}) => ({ id, signal }));
idiom(1);
idiom(1, { signal: new AbortController().signal });
expectTypeOf(idiom.inFlight.keys()).toEqualTypeOf<IterableIterator<number>>();

// Observables and other inputs resolve with their last value.
expectTypeOf(coalescedAsync((id: number): Observable<User> => of({ id }))(1)).toEqualTypeOf<Promise<User>>();
expectTypeOf(coalescedAsync((id: number) => [id, 'text'])(1)).toEqualTypeOf<Promise<string | number>>();
expectTypeOf(coalescedAsync((id: number) => (id > 0 ? of(id) : Promise.resolve('')))(1)).toEqualTypeOf<
  Promise<string | number>
>();
// @ts-expect-error -- a number is no ObservableInput
coalescedAsync((id: number) => id);
// @ts-expect-error -- Parameter 'id' implicitly has an 'any' type.
coalescedAsync((id) => Promise.resolve(id));
// @ts-expect-error -- the second, too
coalescedAsync(async (id: number, signal) => `${id} ${typeof signal}`);
expectTypeOf(coalescedAsync(async (page = 1) => page)).parameters.toEqualTypeOf<[page?: number | undefined]>();

// Generics and overloads survive.
const identity = coalescedAsync(async <T>(value: T) => value);
expectTypeOf(identity({ a: 1 })).toEqualTypeOf<Promise<{ a: number }>>();
expectTypeOf(identity('text')).toEqualTypeOf<Promise<string>>();
async function find(id: number): Promise<User>;
async function find(name: string, signal?: AbortSignal): Promise<User[]>;
async function find(by: number | string): Promise<User | User[]> {
  return typeof by === 'number' ? { id: by } : [];
}
const finds = coalescedAsync(find);
expectTypeOf(finds(1)).toEqualTypeOf<Promise<User>>();
expectTypeOf(finds('Ada')).toEqualTypeOf<Promise<User[]>>();
// @ts-expect-error -- no overload takes both
finds(1, new AbortController().signal);
finds.inFlight.abortAll();

// `this`.
class Users {
  readonly load = coalescedAsync(async function (this: Users, id: number) {
    return { owner: this, id };
  });
}
const users = new Users();
expectTypeOf(users.load(1)).resolves.toExtend<{ owner: Users; id: number }>();
const { load: unbound } = users;
// @ts-expect-error -- the function needs its `this`
unbound(1);
const { keyFn: unboundKeyFn } = users.load;
// @ts-expect-error -- and so does its keyFn
unboundKeyFn(1);

// keyFn sees the signal, as it sees all arguments.
coalescedAsync(fetchUser, {
  keyFn: (id, options) => {
    expectTypeOf(id).toEqualTypeOf<number>();
    expectTypeOf(options).toEqualTypeOf<Abortable | undefined>();
    return `user ${id}`;
  },
}).inFlight.forget('user 1');

// The default key is without the signal.
expectTypeOf<AsyncArgumentsKey<[id: string]>>().toEqualTypeOf<string>();
expectTypeOf<AsyncArgumentsKey<[id: string, signal: AbortSignal]>>().toEqualTypeOf<string>();
expectTypeOf<AsyncArgumentsKey<[id: string, signal?: AbortSignal]>>().toEqualTypeOf<string>();
expectTypeOf<AsyncArgumentsKey<[id: string, signal: AbortSignal | undefined]>>().toEqualTypeOf<string>();
expectTypeOf<AsyncArgumentsKey<[id: string, options: { signal: AbortSignal }]>>().toEqualTypeOf<string>();
expectTypeOf<AsyncArgumentsKey<[id: string, options?: { signal?: AbortSignal }]>>().toEqualTypeOf<string>();
expectTypeOf<AsyncArgumentsKey<[id: string, options?: Abortable]>>().toEqualTypeOf<string>();
expectTypeOf<AsyncArgumentsKey<[id: string, last?: AbortSignal | Abortable]>>().toEqualTypeOf<string>();
// It holds more than the first argument.
expectTypeOf<AsyncArgumentsKey<[id: string, page: number]>>().toEqualTypeOf<unknown>();
expectTypeOf<AsyncArgumentsKey<[id: string, page?: number]>>().toEqualTypeOf<unknown>();
expectTypeOf<
  AsyncArgumentsKey<[id: string, options: { signal?: AbortSignal; limit: number }]>
>().toEqualTypeOf<unknown>();
expectTypeOf<
  AsyncArgumentsKey<[id: string, options?: { signal?: AbortSignal; limit?: number }]>
>().toEqualTypeOf<unknown>();
expectTypeOf<AsyncArgumentsKey<[id: string, page: number, signal?: AbortSignal]>>().toEqualTypeOf<unknown>();
expectTypeOf<AsyncArgumentsKey<[id: string, options: object]>>().toEqualTypeOf<unknown>();
expectTypeOf<AsyncArgumentsKey<[page?: number]>>().toEqualTypeOf<unknown>();
expectTypeOf<AsyncArgumentsKey<[page?: number, signal?: AbortSignal]>>().toEqualTypeOf<unknown>();
expectTypeOf<AsyncArgumentsKey<[options: object]>>().toEqualTypeOf<unknown>();
expectTypeOf<AsyncArgumentsKey<[options: unknown]>>().toEqualTypeOf<unknown>();
expectTypeOf<AsyncArgumentsKey<[options: { signal?: AbortSignal; limit: number }]>>().toEqualTypeOf<unknown>();
expectTypeOf<AsyncArgumentsKey<unknown[]>>().toEqualTypeOf<unknown>();
expectTypeOf<AsyncArgumentsKey<any>>().toEqualTypeOf<unknown>();
expectTypeOf<AsyncArgumentsKey<[options: Abortable]>>().toEqualTypeOf<unknown>();
expectTypeOf<AsyncArgumentsKey<[]>>().toEqualTypeOf<unknown>();

// The registry is shared with exactly the same keys and values.
const userCalls = inFlightCalls<number, User>();
declare const fetchAdmin: (id: number) => Promise<Admin>;
coalescedAsync(fetchUser, { inFlight: userCalls });
// @ts-expect-error -- an admin caller is not to join a flight of plain users
coalescedAsync(fetchAdmin, { inFlight: userCalls });
// @ts-expect-error -- nor the other way round
coalescedAsync(fetchUser, { inFlight: inFlightCalls<number, Admin>() });
// @ts-expect-error -- other keys
coalescedAsync(fetchUser, { inFlight: inFlightCalls<string, User>(), keyFn: (id) => id });
