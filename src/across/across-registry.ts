import type { AcrossConfig } from './across-config.js';
import type { AcrossInFlightCalls } from './across-in-flight-calls.js';
import { Registry } from '../flight/registry.js';
import type { Wire } from './wire.js';

/**
 * The registry behind {@link AcrossInFlightCalls}, whatever the medium: `where` is the function that makes it, for errors, and
 * `wire` an `Error` where there is none, which `apart` tells.
 */
export class AcrossRegistry<K, T> extends Registry<K, T> implements AcrossInFlightCalls<K, T> {
  readonly #wire: Wire | Error;

  constructor(where: string, config: AcrossConfig, wire: Wire | Error) {
    super();
    this.#wire = wire;
  }

  async close(): Promise<void> {
    if (!(this.#wire instanceof Error)) {
      await this.#wire.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
