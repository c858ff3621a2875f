import { reportUnhandled } from './report-unhandled.js';

/** Calls a function, and reports what it throws. */
export function reporting(act: () => void): void {
  try {
    act();
  } catch (error) {
    reportUnhandled(error);
  }
}
