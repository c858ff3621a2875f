import { expectTypeOf } from 'expect-type';
import { of, type Observable } from 'rxjs';
import { fromAbortable, promiseFrom } from 'rxjs-coalesce';

declare const numbers: Observable<number>;
declare const maybeSignal: AbortSignal | undefined;

expectTypeOf(promiseFrom(numbers)).toEqualTypeOf<Promise<number>>();
expectTypeOf(promiseFrom(numbers, {})).toEqualTypeOf<Promise<number>>();
expectTypeOf(promiseFrom(numbers, { signal: maybeSignal })).toEqualTypeOf<Promise<number>>();
expectTypeOf(promiseFrom(Promise.resolve('text'))).toEqualTypeOf<Promise<string>>();
expectTypeOf(promiseFrom([1, 'text'])).toEqualTypeOf<Promise<string | number>>();
declare const either: Observable<number> | Promise<string>;
expectTypeOf(promiseFrom(either)).toEqualTypeOf<Promise<string | number>>();

// The default is one of the values.
expectTypeOf(promiseFrom(numbers, { defaultValue: 'none' })).toEqualTypeOf<Promise<string | number>>();
expectTypeOf(promiseFrom(numbers, { defaultValue: undefined })).toEqualTypeOf<Promise<number | undefined>>();
expectTypeOf(promiseFrom(numbers, { signal: maybeSignal, defaultValue: null })).toEqualTypeOf<Promise<number | null>>();

// @ts-expect-error -- a number is no ObservableInput
promiseFrom(5);
// @ts-expect-error -- a signal is to be named
promiseFrom(numbers, new AbortController().signal.aborted);
// @ts-expect-error -- no AbortSignal
promiseFrom(numbers, { signal: {} });
// @ts-expect-error -- no such option
promiseFrom(numbers, { timeout: 1000 });

expectTypeOf(
  fromAbortable((signal) => {
    expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
    return Promise.resolve(1);
  }),
).toEqualTypeOf<Observable<number>>();
expectTypeOf(fromAbortable(async () => 'text')).toEqualTypeOf<Observable<string>>();
declare const thenable: PromiseLike<boolean>;
expectTypeOf(fromAbortable(() => thenable)).toEqualTypeOf<Observable<boolean>>();
// @ts-expect-error -- an Observable is no promise
fromAbortable(() => of(1));
// @ts-expect-error -- a promise has begun already, and cannot be aborted
fromAbortable(Promise.resolve(1));
