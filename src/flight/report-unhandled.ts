import { Observable } from 'rxjs';

/** Reports an error that has no caller to go to, as RxJS reports one that no observer handles. */
export function reportUnhandled(error: unknown): void {
  new Observable(() => {
    throw error;
  }).subscribe();
}
