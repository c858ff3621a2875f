/**
 * What users export without declaring its type: the compiler writes it into their declarations, where it may name only what
 * the entry exports (TS2742, TS2883).
 */
import { of, timer } from 'rxjs';
import { coalesceBy, coalesced, coalescedAsync, fromAbortable, inFlightCalls, promiseFrom } from 'rxjs-coalesce';

export const load = coalesced((id: number, fresh = false) => of({ id, fresh }));
export const byKey = coalesced((id: number) => of(id), { keyFn: (id) => `user ${id}` });
export const generic = coalesced(<T>(value: T) => of(value));
export const genericAsync = coalescedAsync(async <T>(value: T) => value);
export const method = coalesced(function (this: Date, days: number) {
  return of(this.getTime() + days);
});
export const loadAsync = coalescedAsync(async (id: number, options: { signal?: AbortSignal } = {}) => ({
  id,
  options,
}));
export const byOptions = coalescedAsync(async (id: number, options: { limit: number }) => [id, options.limit]);
export const { inFlight, keyFn } = loadAsync;
export const registry = inFlightCalls<string, Date>();
export const joined = registry.join('now', () => timer(1).pipe(() => of(new Date())));
export const { events } = registry;
export const operator = coalesceBy(
  (id: number) => id,
  (id) => [id],
);
export const started = fromAbortable((signal) => Promise.resolve(signal.aborted));
export const promised = () => promiseFrom(started, { defaultValue: null });
export const makeLoad = (base: string) =>
  coalesced((path: string) => of(base + path), { inFlight: inFlightCalls<string, string>() });

function overloaded(id: number): Promise<number>;
function overloaded(name: string): Promise<string>;
async function overloaded(by: number | string): Promise<number | string> {
  return by;
}
export const overloads = coalescedAsync(overloaded);

export class Service {
  readonly load = coalesced((id: number) => of(id));
  readonly loadAsync = coalescedAsync(async (id: number) => id);
  protected readonly calls = inFlightCalls<number, Service>();
  readonly watch = () => this.calls.events;
}
