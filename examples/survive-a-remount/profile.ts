import { timer, type Subscription } from 'rxjs';
import { coalesced, fromAbortable, type CoalescedFunction } from 'rxjs-coalesce';

export type LoadProfile = CoalescedFunction<unknown, [id: number], string, number>;

/**
 * Loads for views that may be taken down and put up again at once, as by a router, a tab or a strict mode: the request waits
 * `patience` milliseconds for somebody to come back. With 0 it is aborted as soon as nobody wants it.
 */
export function profilesAt(server: URL, patience: number): LoadProfile {
  return coalesced(
    (id: number) =>
      fromAbortable(async (signal) => (await (await fetch(new URL(`/${id}`, server), { signal })).json()) as string),
    { keyFn: (id: number) => id, resetOnRefCountZero: patience === 0 ? true : () => timer(patience) },
  );
}

/** A view: on the screen from when it is made until it is unsubscribed. */
export function mount(load: LoadProfile, id: number, show: (profile: string) => void): Subscription {
  return load(id).subscribe({ next: show, error: () => show('not available') });
}
