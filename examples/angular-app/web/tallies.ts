import { DestroyRef, inject, Injectable, signal } from '@angular/core';
import type { Tallies } from '../api.js';

/** What the server has counted, as it counts. */
@Injectable({ providedIn: 'root' })
export class ServerTallies {
  readonly latest = signal<Tallies | undefined>(undefined);

  constructor() {
    const source = new EventSource('/api/tallies');
    source.onmessage = ({ data }: MessageEvent<string>) => this.latest.set(JSON.parse(data) as Tallies);
    inject(DestroyRef).onDestroy(() => source.close());
  }
}
