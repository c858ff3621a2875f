import { httpResource } from '@angular/common/http';
import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import type { Hours } from '../../api.js';
import { onCall } from '../board.js';
import { Loads } from '../loads.js';
import { PersonChip } from './person-chip.js';

/** Asks for people, as others do, and for a slow report that nobody else wants. */
@Component({
  selector: 'app-on-call',
  imports: [PersonChip],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ul class="people" aria-label="On call">
      @for (id of onCall; track id) {
        <li>
          <app-person [id]="id" />
          <span class="hours">{{ hours.hasValue() ? hours.value()[id] + ' h' : 'counting…' }}</span>
        </li>
      }
    </ul>
  `,
})
export class OnCall {
  readonly #load = inject(Loads).current;
  protected readonly onCall = onCall;
  protected readonly hours = httpResource<Hours>(() => (this.#load() === 0 ? undefined : '/api/hours'));
}
