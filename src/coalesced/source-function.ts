import type { ObservableInput } from 'rxjs';

/**
 * Any function whose result is an `ObservableInput`.
 *
 * Written in two different ways, so that it is not a contextual type: a parameter without a type is an error, not `any`, and `page = 1`
 * is a number.
 */
export type SourceFunction =
  ((...args: any[]) => ObservableInput<any>) | ((first: any, ...rest: any[]) => ObservableInput<any>);
