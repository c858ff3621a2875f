export type { AcrossConfig } from '../across-config.js';
export type { AcrossInFlightCalls } from '../across-in-flight-calls.js';
export type { Codec } from '../codec.js';
export { webInFlightCalls } from './web-in-flight-calls.js';
