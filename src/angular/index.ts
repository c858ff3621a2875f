export { COALESCE } from './coalesce-token.js';
export { coalesceInterceptor } from './coalesce-interceptor.js';
export type { CoalesceInterceptorConfig } from './coalesce-interceptor-config.js';
