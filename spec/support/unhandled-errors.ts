import { config } from 'rxjs';

/** Collects, for the specs of the enclosing `describe`, what RxJS would report as unhandled. */
export function unhandledErrors(): { reported(): Promise<unknown[]> } {
  let errors: unknown[];
  beforeEach(() => {
    errors = [];
    config.onUnhandledError = (error) => errors.push(error);
  });
  afterEach(() => {
    config.onUnhandledError = null;
  });
  return {
    async reported() {
      // RxJS reports by a timer.
      await new Promise((resolve) => setTimeout(resolve, 5));
      return errors;
    },
  };
}
