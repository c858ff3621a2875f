import { config } from 'rxjs';

/** The errors that RxJS reported as unhandled because of what `act` did. */
export async function errorsReportedIn(act: () => unknown): Promise<unknown[]> {
  // Errors that an earlier spec left to be reported do not count.
  await aTimer();
  const { onUnhandledError } = config;
  const errors: unknown[] = [];
  config.onUnhandledError = (error) => errors.push(error);
  try {
    await act();
    // RxJS reports from a timer, and a promise fails before one.
    await aTimer();
    await aTimer();
  } finally {
    config.onUnhandledError = onUnhandledError;
  }
  return errors;
}

const aTimer = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
