import { expectFunction } from '../config/expect-function.js';
import { flightSettings } from '../config/flight-settings.js';
import { unexpected } from '../config/unexpected.js';
import type { CoalesceInterceptorConfig } from './coalesce-interceptor-config.js';

/** Throws a `TypeError` if a part of the configuration is wrong. */
export function checkConfig(where: string, config: CoalesceInterceptorConfig): void {
  flightSettings(where, config);
  const { when, keyFn, headers } = config;
  if (when !== undefined) {
    expectFunction(where, 'when', when);
  }
  if (keyFn !== undefined) {
    expectFunction(where, 'keyFn', keyFn);
  }
  if (headers !== undefined && !Array.isArray(headers)) {
    throw unexpected(where, 'headers', 'an array of header names', headers);
  }
  headers?.forEach((name: unknown, index) => {
    if (typeof name !== 'string') {
      throw unexpected(where, `headers[${index}]`, 'a header name', name);
    }
  });
}
