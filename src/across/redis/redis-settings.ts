import { unexpected } from '../../config/unexpected.js';
import type { RedisConfig } from './redis-config.js';

/** The checked options that only {@link RedisConfig} has, with their defaults. */
export interface RedisSettings {
  readonly prefix: string;
  readonly lease: number;
  readonly maxBytes: number;
}

export function redisSettings(where: string, config: RedisConfig): RedisSettings {
  // `AcrossRegistry` checks that `config` is an object.
  const { prefix = 'rxjs-coalesce', lease = 5000, maxBytes = 4 * 2 ** 20 } = Object(config) as RedisConfig;
  if (typeof prefix !== 'string') {
    throw unexpected(where, 'prefix', 'a string', prefix);
  }
  expectInteger(where, 'lease', lease, 100, 86_400_000);
  expectInteger(where, 'maxBytes', maxBytes, 1, 2 ** 28);
  return { prefix, lease, maxBytes };
}

function expectInteger(where: string, name: string, value: unknown, least: number, most: number): void {
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
    throw unexpected(where, name, `an integer from ${least} to ${most}`, value);
  }
}
