import type { Observable, ObservableInput } from 'rxjs';
import { coalesced, inFlightCalls, type FlightConfig, type InFlightCalls } from '../../src/index.js';

type Run<T> = (key: unknown) => ObservableInput<T>;

/** A function whose calls share their runs by key, and the registry behind it. */
export interface Calls<T> {
  readonly call: (key?: unknown) => Observable<T>;
  readonly inFlight: InFlightCalls<unknown, T>;
}

export type MakeCalls = <T>(run: Run<T>, config?: FlightConfig) => Calls<T>;

const faces: Readonly<Record<string, MakeCalls>> = {
  coalesced: <T>(run: Run<T>, config?: FlightConfig) => {
    const call = coalesced(run, { ...config, keyFn: (key: unknown) => key });
    return { call: (key) => call(key), inFlight: call.inFlight };
  },
  join: <T>(run: Run<T>, config?: FlightConfig) => {
    const inFlight = inFlightCalls<unknown, T>();
    return { call: (key) => inFlight.join(key, () => run(key), config), inFlight };
  },
};

/** Specifies a law for each way in which an Observable caller calls. */
export function describeFaces(law: string, specify: (make: MakeCalls) => void): void {
  for (const [name, make] of Object.entries(faces)) {
    describe(`${law} (${name})`, () => specify(make));
  }
}
