import { DecimalPipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, inject, linkedSignal } from '@angular/core';
import type { Kind, Mode, Tally } from '../../api.js';
import { coalescing } from '../coalescing.js';
import { Loads } from '../loads.js';
import { ServerTallies } from '../tallies.js';

const modes: readonly { readonly mode: Mode; readonly title: string }[] = [
  { mode: 'with', title: 'With coalescing' },
  { mode: 'without', title: 'Without' },
];

const kinds: readonly { readonly kind: Kind; readonly title: string }[] = [
  { kind: 'people', title: 'People' },
  { kind: 'projects', title: 'Projects' },
  { kind: 'presence', title: 'Presence, polled' },
  { kind: 'hours', title: 'Hours on call' },
  { kind: 'writes', title: 'Writes' },
];

/** What the server has counted, side by side for either mode. */
@Component({
  selector: 'app-ledger',
  imports: [DecimalPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <table class="ledger">
      <caption>
        What the server counted
      </caption>
      <thead>
        <tr>
          <td></td>
          @for (column of columns(); track column.mode) {
            <th scope="col" [class.current]="column.current">{{ column.title }}</th>
          }
        </tr>
      </thead>
      <tbody>
        <tr class="total">
          <th scope="row">Requests received</th>
          @for (column of columns(); track column.mode) {
            <td [style.--share]="column.share">
              {{ column.received }}
            </td>
          }
        </tr>
        @for (row of kinds; track row.kind) {
          <tr class="part">
            <th scope="row">{{ row.title }}</th>
            @for (column of columns(); track column.mode) {
              <td>{{ column.tally.received[row.kind] }}</td>
            }
          </tr>
        }
        <tr>
          <th scope="row">Requests aborted</th>
          @for (column of columns(); track column.mode) {
            <td>{{ column.tally.aborted }}</td>
          }
        </tr>
        <tr>
          <th scope="row">All people loaded after</th>
          @for (column of columns(); track column.mode) {
            <td>{{ column.took === undefined ? '–' : (column.took / 1000 | number: '1.1-1') + ' s' }}</td>
          }
        </tr>
      </tbody>
    </table>
    <p class="for-ears" aria-live="polite">{{ summary() }}</p>
  `,
})
export class Ledger {
  protected readonly kinds = kinds;
  readonly #latest = inject(ServerTallies).latest;
  readonly #took = inject(Loads).took;

  protected readonly columns = computed(() => {
    const columns = modes.map(({ mode, title }) => {
      const tally = this.#latest()?.[mode] ?? nothing;
      const received = kinds.reduce((sum, { kind }) => sum + tally.received[kind], 0);
      return { mode, title, tally, received, current: coalescing() === (mode === 'with'), took: this.#took()[mode] };
    });
    const most = Math.max(1, ...columns.map(({ received }) => received));
    return columns.map((column) => ({ ...column, share: column.received / most }));
  });

  /** Announced when all is quiet, and not again for each poll: a screen reader is not to read every number. */
  protected readonly summary = linkedSignal<string | undefined, string>({
    source: () =>
      this.columns().some(({ tally }) => tally.inFlight > 0)
        ? undefined
        : this.columns()
            .map(
              ({ title, tally }) => `${title}: ${tally.received.people} requests for people, ${tally.aborted} aborted.`,
            )
            .join(' '),
    computation: (quiet, previous) => quiet ?? previous?.value ?? '',
  });
}

const nothing: Tally = {
  received: { people: 0, projects: 0, presence: 0, hours: 0, writes: 0 },
  aborted: 0,
  inFlight: 0,
};
