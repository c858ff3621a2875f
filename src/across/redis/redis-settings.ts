import { unexpected } from '../../config/unexpected.js';
import type { RedisConfig } from './redis-config.js';

/** What is Redis's own of a checked {@link RedisConfig}, with its defaults. */
export interface RedisSettings {
  readonly prefix: string;
  readonly lease: number;
  readonly maxBytes: number;
}

export function redisSettings(where: string, config: RedisConfig): RedisSettings {
  // Whether it is an object is looked at for all media.
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
