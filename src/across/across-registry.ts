import type { ObservableInput } from 'rxjs';
import type { AcrossConfig } from './across-config.js';
import type { AcrossInFlightCalls } from './across-in-flight-calls.js';
import { AcrossFlight } from './across-flight.js';
import { abortReason } from '../flight/abort-reason.js';
import { systemClock, type Clock } from './clock.js';
import type { Codec } from './codec.js';
import { expectFunction } from '../config/expect-function.js';
import type { Flight } from '../flight/flight.js';
import type { FlightSettings } from '../config/flight-settings.js';
import { Participant } from './participant.js';
import { Registry } from '../flight/registry.js';
import { Route } from './route.js';
import { unexpected } from '../config/unexpected.js';
import type { Wire } from './wire.js';

/** The registry behind {@link AcrossInFlightCalls}, for every medium. */
export class AcrossRegistry<K, T> extends Registry<K, T> implements AcrossInFlightCalls<K, T> {
  readonly #participant: Participant;

  /**
   * @param where - the name of the public function that creates the registry, for errors
   * @param wire - the wire, or an error that says why there is none: then every flight runs apart
   */
  constructor(where: string, config: AcrossConfig, wire: Wire | Error, clock: Clock = systemClock) {
    super();
    if (typeof config !== 'object' || (config as unknown) === null) {
      throw unexpected(where, 'config', 'an object', config);
    }
    const { patience = 2000, codec = plain } = config;
    if (typeof patience !== 'number' || !(patience >= 0)) {
      throw unexpected(where, 'patience', 'a number of at least 0', patience);
    }
    if (typeof codec !== 'object' || (codec as unknown) === null) {
      throw unexpected(where, 'codec', 'an object', codec);
    }
    const { encode, decode } = codec as Readonly<Record<keyof Codec, unknown>>;
    expectFunction(where, 'codec.encode', encode);
    expectFunction(where, 'codec.decode', decode);
    this.#participant = new Participant(wire, codec, patience, clock);
  }

  override lead(key: K, start: (flight: Flight<K, T>) => ObservableInput<T>, settings: FlightSettings): Flight<K, T> {
    const route = new Route<K, T>(this.#participant, key, start, settings, (flight, role) => {
      if (this.observed) {
        this.notify({ ...role, key, flight: flight.number, callers: flight.callers });
      }
    });
    const flight = new AcrossFlight(this, key, route);
    this.set(key, flight);
    return flight;
  }

  override readonly isAcross = true;

  override forget(key: K): boolean {
    const forgotten = super.forget(key);
    if (!forgotten) {
      void this.#participant.release(key);
    }
    return forgotten;
  }

  override abort(key: K, reason?: unknown): boolean {
    const aborted = super.abort(key, reason);
    if (!aborted) {
      void this.#participant.abort(key, abortReason(reason));
    }
    return aborted;
  }

  close(): Promise<void> {
    return this.#participant.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const plain: Codec = { encode: (value) => value, decode: (data) => data };
