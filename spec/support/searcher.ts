import * as fc from 'fast-check';

export interface Search {
  readonly runs: number;
  readonly seed?: number | undefined;
  /** Repeats one schedule of a seed. */
  readonly path?: string | undefined;
}

interface Game<Schedule> {
  readonly schedules: fc.Arbitrary<Schedule>;
  /** Rejects if a schedule shows a fault. */
  readonly play: (schedule: Schedule) => Promise<void>;
  readonly render: (schedule: Schedule) => string;
  /** Plays a schedule that showed a fault again, given its seed and path. */
  readonly command: string;
}

/** Makes a function that plays random schedules, and resolves with the shortest one that shows a fault, and with the fault. */
export function searcher<Schedule>({ schedules, play, render, command }: Game<Schedule>) {
  return async ({ runs, seed, path }: Search): Promise<string | undefined> => {
    const details = await fc.check(fc.asyncProperty(schedules, play), {
      numRuns: runs,
      ...(seed !== undefined && { seed }),
      ...(path !== undefined && { path }),
    });
    if (details.counterexample === null) {
      return undefined;
    }
    const { errorInstance } = details;
    return [
      `After ${details.numRuns} schedules, and in ${details.numShrinks + 1} shorter ones:`,
      render(details.counterexample[0]),
      errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
      `Repeat it: ${command} --seed=${details.seed} --path=${details.counterexamplePath}`,
    ].join('\n');
  };
}
