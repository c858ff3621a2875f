import * as fc from 'fast-check';
import { render, schedules } from './schedule.js';
import { World } from './world.js';

export interface Search {
  readonly runs: number;
  readonly seed?: number | undefined;
  /** Repeats one schedule of a seed. */
  readonly path?: string | undefined;
}

/** Plays random schedules. Returns which law does not hold, with the shortest schedule that shows it. */
export async function search({ runs, seed, path }: Search): Promise<string | undefined> {
  const details = await fc.check(
    fc.asyncProperty(schedules, (schedule) => World.play(schedule)),
    { numRuns: runs, ...(seed !== undefined && { seed }), ...(path !== undefined && { path }) },
  );
  if (details.counterexample === null) {
    return undefined;
  }
  const { errorInstance } = details;
  return [
    `After ${details.numRuns} schedules, and in ${details.numShrinks + 1} shorter ones:`,
    render(details.counterexample[0]),
    errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
    `Repeat it: npm run test:soak -- --across --seed=${details.seed} --path=${details.counterexamplePath}`,
  ].join('\n');
}
