export { CoalesceInterceptor } from './coalesce-interceptor.js';
export type { CoalesceInterceptorConfig } from './coalesce-interceptor-config.js';
export { CoalesceRequests } from './coalesce-requests.js';
