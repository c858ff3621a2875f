/** A value of a run, with its number: the first value has the number 1. */
export interface Numbered<T> {
  readonly index: number;
  readonly value: T;
  /** The value in the form in which it is sent, once it has been sent. */
  packed?: unknown;
}
