import type { ObservableInput } from 'rxjs';

/**
 * Any function whose result is an `ObservableInput`.
 *
 * Said in two unlike ways, so that it is no contextual type: a parameter without a type is an error, not `any`, and
 * `page = 1` is a number.
 */
export type SourceFunction =
  ((...args: any[]) => ObservableInput<any>) | ((first: any, ...rest: any[]) => ObservableInput<any>);
