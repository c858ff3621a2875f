import { config } from 'rxjs';

/** The errors that RxJS reported as unhandled because of what `act` did. */
export async function errorsReportedIn(act: () => unknown): Promise<unknown[]> {
  const { onUnhandledError } = config;
  const errors: unknown[] = [];
  config.onUnhandledError = (error) => errors.push(error);
  try {
    await act();
    // RxJS reports from a timer, and a promise fails before one.
    await new Promise((resolve) => setTimeout(resolve));
    await new Promise((resolve) => setTimeout(resolve));
  } finally {
    config.onUnhandledError = onUnhandledError;
  }
  return errors;
}
