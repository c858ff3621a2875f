import { Observable, Subject, type Observer } from 'rxjs';
import type { Log } from './log.js';

/** Runs that a spec steers: `start` is the function to coalesce, and each run of it emits what its Subject does. */
export class Steered<T = unknown> {
  /** One for each run, in order. */
  readonly sources: Subject<T>[] = [];
  /** How often the source of a run was torn down, in the order of the runs. */
  readonly teardowns: number[] = [];
  /** The arguments of each run. */
  readonly calls: unknown[][] = [];
  readonly #log: Log | undefined;

  constructor(log?: Log) {
    this.#log = log;
  }

  readonly start = (...call: unknown[]): Observable<T> => {
    this.calls.push(call);
    const source = new Subject<T>();
    const run = this.sources.push(source);
    this.teardowns.push(0);
    this.#log?.add(`run ${run}`);
    return new Observable<T>((subscriber) => {
      source.subscribe(subscriber);
      return () => {
        this.teardowns[run - 1]!++;
        this.#log?.add(`teardown ${run}`);
      };
    });
  };

  get runs(): number {
    return this.sources.length;
  }

  get latest(): Observer<T> {
    return this.sources.at(-1)!;
  }
}
