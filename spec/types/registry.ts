import { expectTypeOf } from 'expect-type';
import { of, type Observable } from 'rxjs';
import { argumentsKey, inFlightCalls, type FlightConfig, type FlightEvent, type InFlightCalls } from 'rxjs-coalesce';

interface User {
  readonly id: number;
}
interface Admin extends User {
  readonly secret: string;
}

const calls = inFlightCalls<string, User>();
expectTypeOf(calls).toEqualTypeOf<InFlightCalls<string, User>>();
expectTypeOf(calls.size).toEqualTypeOf<number>();
expectTypeOf(calls.has('a')).toEqualTypeOf<boolean>();
expectTypeOf([...calls.keys()]).toEqualTypeOf<string[]>();
expectTypeOf(calls.callers('a')).toEqualTypeOf<number>();
expectTypeOf(calls.forget('a')).toEqualTypeOf<boolean>();
expectTypeOf(calls.abort('a', 'any reason')).toEqualTypeOf<boolean>();
expectTypeOf(calls).toHaveProperty('forgetAll').returns.toBeVoid();
expectTypeOf(calls).toHaveProperty('abortAll').returns.toBeVoid();
expectTypeOf(calls.events).toEqualTypeOf<Observable<FlightEvent<string>>>();
// @ts-expect-error -- the key is a string
calls.has(1);
// @ts-expect-error -- readonly
calls.size = 0;

// join.
expectTypeOf(calls.join('a', () => of({ id: 1 }))).toEqualTypeOf<Observable<User>>();
calls.join('a', async () => ({ id: 1 }), { bufferSize: 1 });
// @ts-expect-error -- another value
calls.join('a', () => of('user'));
// @ts-expect-error -- another key
calls.join(1, () => of({ id: 1 }));
// @ts-expect-error -- no function
calls.join('a', of({ id: 1 }));

// Invariant, in keys and in values.
expectTypeOf<InFlightCalls<string>['join']>().returns.toEqualTypeOf<Observable<unknown>>();
declare const admins: InFlightCalls<string, Admin>;
declare const users: InFlightCalls<string, User>;
// @ts-expect-error -- a plain user could then be put among admins
export const widened: InFlightCalls<string, User> = admins;
// @ts-expect-error -- a user could then be taken for an admin
export const narrowed: InFlightCalls<string, Admin> = users;
// @ts-expect-error -- a number could then be asked for
export const widerKeys: InFlightCalls<string | number, User> = users;
// @ts-expect-error -- keys() could then hold a number
export const narrowerKeys: InFlightCalls<'a', User> = users;

// Events narrow by their type.
export function describeEvent(event: FlightEvent<string>): string {
  expectTypeOf(event.key).toEqualTypeOf<string>();
  expectTypeOf(event.flight).toEqualTypeOf<number>();
  expectTypeOf(event.callers).toEqualTypeOf<number>();
  // @ts-expect-error -- only some have an error
  event.error;
  switch (event.type) {
    case 'error':
    case 'abort':
    case 'apart':
      expectTypeOf(event.error).toEqualTypeOf<unknown>();
      return `${event.key} failed: ${String(event.error)}`;
    case 'start':
    case 'join':
    case 'leave':
    case 'complete':
    case 'cancel':
    case 'forget':
    case 'lead':
      // @ts-expect-error -- these have none
      event.error;
      return event.type;
    case 'follow':
      expectTypeOf(event.leader).toEqualTypeOf<string>();
      return `${event.key} runs elsewhere: ${event.leader}`;
    default:
      expectTypeOf(event).toBeNever();
      return event;
  }
}
expectTypeOf<FlightEvent<string>['type']>().toEqualTypeOf<
  'start' | 'join' | 'leave' | 'complete' | 'cancel' | 'forget' | 'error' | 'abort' | 'lead' | 'follow' | 'apart'
>();
export function forge(event: FlightEvent<string>): void {
  // @ts-expect-error -- readonly
  event.callers = 0;
}

export const config: FlightConfig = { bufferSize: undefined, resetOnRefCountZero: undefined };

expectTypeOf(argumentsKey(1, 'a', {})).toEqualTypeOf<unknown>();
