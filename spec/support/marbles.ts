import { TestScheduler, type RunHelpers } from 'rxjs/testing';

/** Runs a spec in virtual time, its marble diagrams compared as jasmine compares. */
export function marbles(run: (helpers: RunHelpers) => void): void {
  new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected);
  }).run(run);
}
