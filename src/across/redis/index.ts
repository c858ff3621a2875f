export type { AcrossConfig } from '../across-config.js';
export type { AcrossInFlightCalls } from '../across-in-flight-calls.js';
export type { Codec } from '../codec.js';
export type { RedisClient } from './redis-client.js';
export type { RedisConfig } from './redis-config.js';
export type { RedisConnection } from './redis-connection.js';
export { redisInFlightCalls } from './redis-in-flight-calls.js';
