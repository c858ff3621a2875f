/** What `src/nest/` takes of Node, whose own types would reach all of `src/`. */
export declare class AsyncResource {
  constructor(type: string);
  runInAsyncScope<R>(run: () => R): R;
}
